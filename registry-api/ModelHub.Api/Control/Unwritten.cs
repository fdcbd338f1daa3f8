using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using ModelHub.Api.Metrics;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>
/// What one peer told of its state and is not written down yet: of each kind the newest, since each carries the whole. The stream goes on meanwhile, and while
/// the database is away it waits here.
/// </summary>
internal sealed class Unwritten
{
    /// <summary>A peer has few of these: so many windows of comparisons are hours of a database that is away.</summary>
    private const int Most = 1_000;

    private static readonly Counter<long> Lost = ApiMeter.Meter.CreateCounter<long>("modelhub.api.states.dropped", description: "What peers told of their state and there was no room for while the database was away.");

    private readonly Channel<object> order = Channel.CreateUnbounded<object>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Dictionary<object, UpMessage> newest = [];

    // From the start, so that who scrapes sees the first of them as a rise from zero.
    static Unwritten() => Lost.Add(0);

    /// <param name="kind">what it replaces an older message of</param>
    public void Add(object kind, UpMessage message)
    {
        lock (newest)
        {
            if (newest.TryGetValue(kind, out var known))
                newest[kind] = IsOlder(message, known) ? known : message;
            else if (newest.Count < Most && order.Writer.TryWrite(kind))
                newest[kind] = message;
            else
                Lost.Add(1);
        }
    }

    /// <summary>Nothing more comes.</summary>
    public void Complete() => order.Writer.TryComplete();

    /// <summary>In the order in which the first of each kind came, until all is taken.</summary>
    public async IAsyncEnumerable<UpMessage> TakeAllAsync([EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var kind in order.Reader.ReadAllAsync(ct))
            if (TryTake(kind, out var message))
                yield return message;
    }

    private bool TryTake(object kind, [MaybeNullWhen(false)] out UpMessage message)
    {
        lock (newest)
            return newest.Remove(kind, out message);
    }

    // What was told twice may come in another order.
    private static bool IsOlder(UpMessage message, UpMessage known) => (message, known) switch
    {
        (Comparison now, Comparison before) => now.Window.Seconds < before.Window.Seconds,
        (Applied now, Applied before) => now.Revision < before.Revision,
        _ => false,
    };
}
