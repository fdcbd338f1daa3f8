using System.Threading.Channels;

namespace ModelHub.Api.Control;

/// <summary>
/// Stores what peers tell, one message after another, apart from their streams: those hear nothing of a database that is away. Meanwhile messages wait here;
/// what finds no room, or is not taken by the database, is lost and counted.
/// </summary>
/// <param name="most">of the weights of all that wait</param>
internal abstract partial class StoreTold<T>(int most, ILogger log) : BackgroundService
{
    private readonly Channel<T> waiting = Channel.CreateUnbounded<T>(new UnboundedChannelOptions { SingleReader = true });
    private long held;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (var message in waiting.Reader.ReadAllAsync(stoppingToken))
        {
            await Outage.RideOutAsync(() => TryAsync(message, stoppingToken), stoppingToken);
            Interlocked.Add(ref held, -WeightOf(message));
        }
    }

    protected void Hold(T message)
    {
        if (Interlocked.Add(ref held, WeightOf(message)) <= most && waiting.Writer.TryWrite(message))
            return;
        Interlocked.Add(ref held, -WeightOf(message));
        Lose(message);
    }

    protected abstract int WeightOf(T message);

    protected abstract Task StoreAsync(T message, CancellationToken ct);

    /// <summary>Counts it.</summary>
    protected abstract void Lose(T message);

    private async Task TryAsync(T message, CancellationToken ct)
    {
        try
        {
            await StoreAsync(message, ct);
        }
        catch (Exception failure) when (!ct.IsCancellationRequested && !Outage.Is(failure))
        {
            Lose(message);
            LogFailed(log, failure);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What a router told could not be stored, and is counted as lost")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
