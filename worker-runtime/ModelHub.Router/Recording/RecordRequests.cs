using System.Threading.Channels;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Recording;

/// <summary>
/// Tells the requests that an endpoint's ledger asks for, one by one. A request only leaves a copy in a bounded queue; it is read, and what is not
/// to be shown taken out of it, on a thread of its own. While the API is away they wait here as long as there is room.
/// </summary>
internal sealed partial class RecordRequests(StayLinked link, LedgerTaps taps, TimeProvider time, ILogger<RecordRequests> log) : BackgroundService
{
    public const int MostWaiting = 4_096;
    public const long MostBytes = 32 << 20;

    /// <summary>Other messages must not wait long behind these.</summary>
    private const int MostAhead = 8;
    private const int KeptCopies = 512;
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Length = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Last = TimeSpan.FromSeconds(2);

    private readonly Channel<TakenRequest> waiting = Channel.CreateBounded<TakenRequest>(new BoundedChannelOptions(MostWaiting) { SingleReader = true });
    private readonly Pool<TakenRequest> copies = new(() => new TakenRequest(), KeptCopies);
    private readonly PendingRecords pending = new(taps);
    private long bytes;

    public void Offer(RoutedEndpoint endpoint, Variant variant, Exchange exchange, int status)
    {
        if (endpoint.Ledger is not { } rule || exchange.Verb is not (Verb.Infer or Verb.Predict) || !rule.Takes(status))
            return;
        if (Interlocked.Read(ref bytes) > MostBytes)
        {
            rule.Tap.Drop();
            return;
        }
        var copy = copies.Rent();
        copy.Take(rule, variant.Route, exchange, status, time.GetUtcNow());
        Interlocked.Add(ref bytes, copy.Bytes);
        if (waiting.Writer.TryWrite(copy))
            return;
        rule.Tap.Drop();
        PutBack(copy);
    }

    /// <summary>What waits is told before the link goes, as far as it goes within two seconds.</summary>
    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        while (waiting.Reader.TryRead(out var copy))
            Read(copy);
        for (var end = time.GetTimestamp(); link.IsUp && (pending.Count > 0 || link.Waiting > 0) && time.GetElapsedTime(end) < Last && !cancellationToken.IsCancellationRequested;)
        {
            Tell();
            await Task.Delay(TimeSpan.FromMilliseconds(10), CancellationToken.None);
        }
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(ReadAsync(stoppingToken), TellAsync(stoppingToken));

    /// <summary>Nobody waits for a copy: to wake a thread for each costs a request several times what the copy does.</summary>
    private async Task ReadAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Gathering, time);
        while (await timer.WaitForNextTickAsync(ct))
            while (waiting.Reader.TryRead(out var copy))
                Read(copy);
    }

    private void Read(TakenRequest copy)
    {
        try
        {
            pending.Add(copy.Rule.Tap, copy.Read());
        }
        catch (Exception failure)
        {
            // One request that cannot be read must not end the reading of all others; it is counted as lost.
            copy.Rule.Tap.Drop();
            LogFailed(copy.Rule.Tap.Endpoint, failure);
        }
        PutBack(copy);
    }

    private async Task TellAsync(CancellationToken ct)
    {
        using var timer = new PeriodicTimer(Length, time);
        while (await timer.WaitForNextTickAsync(ct))
            Tell();
    }

    private void Tell()
    {
        while (link.IsUp && link.Waiting < MostAhead && pending.Take() is { } records)
            link.Send(records);
    }

    private void PutBack(TakenRequest copy)
    {
        Interlocked.Add(ref bytes, -copy.Bytes);
        copy.Clear();
        copies.Return(copy);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request of endpoint {Endpoint} could not be read for the ledger")]
    private partial void LogFailed(Guid endpoint, Exception failure);
}
