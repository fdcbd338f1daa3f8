using System.Net.WebSockets;
using ModelHub.Api.Experiments;
using ModelHub.Api.Monitoring;
using ModelHub.Api.Predictions;
using ModelHub.Api.Rollouts;
using ModelHub.Api.Shadows;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>
/// One peer's stream. A reader takes what it says; a writer sends the newest tables whenever they change and a heartbeat each second.
/// There is no queue: a slow peer misses tables in between, never the last one, and one that takes no bytes for five seconds is cut off.
/// Nothing waits here for the database: while it is away the stream stays, what is told waits beside it, and heartbeats say that nobody sees it.
/// </summary>
internal sealed partial class ControlStream(
    AdmitPeer admit, ConnectedPeers connected, CurrentTables current, WriteState writing, RecentTraffic traffic,
    LoadMeter loads, RecordPredictions predictions, RecordExposures exposures, WindowQueue windows, LedgerQueue ledger, SketchQueue sketches, TimeProvider time, ILogger<ControlStream> log)
{
    private static readonly TimeSpan Beat = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly Told Heartbeat = new(new Heartbeat());
    private static readonly Told BlindHeartbeat = new(new Heartbeat(Blind: true));

    public async Task RunAsync(WebSocket webSocket, CancellationToken ct)
    {
        using var socket = new ControlSocket(webSocket);
        try
        {
            if (await GreetAsync(socket, ct) is { } peer)
                await ServeAsync(socket, peer, ct);
        }
        catch (ProtocolException e)
        {
            LogRefused(log, e.Message);
            await TellAsync(socket, new Refused(e.Message), ct);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException || Outage.Is(e))
        {
            // It went away, took too long or cannot be let in without the database: either way the stream is over, and the peer comes back by itself.
            LogGone(log, e.Message);
        }
    }

    private async Task<Peer?> GreetAsync(ControlSocket socket, CancellationToken ct)
    {
        if (await InTimeAsync(socket.ReceiveUpAsync, ct) is not Hello hello)
        {
            await TellAsync(socket, new Refused("The first message is hello."), ct);
            return null;
        }
        if ((await admit.RunAsync(hello, ct)).IsRefused(out var refusal, out var admission))
        {
            LogNotAdmitted(log, hello.Kind, hello.Name, refusal.Code);
            await TellAsync(socket, new Refused(refusal.Message), ct);
            return null;
        }
        await InTimeAsync(token => socket.SendAsync(new Welcome(admission.Peer.Id, admission.Key), token), ct);
        LogWelcome(log, hello.Kind, admission.Peer.Name, hello.Address);
        return admission.Peer;
    }

    private async Task ServeAsync(ControlSocket socket, Peer peer, CancellationToken ct)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var last = new CancellationTokenSource();
        var state = new Unwritten();
        connected.Add(peer);
        var telling = WriteAsync(socket, peer, over.Token);
        var storing = writing.RunAsync(peer, state, last.Token);
        try
        {
            var reading = ReadAsync(socket, peer, state, over.Token);
            await await Task.WhenAny(reading, telling, storing);
        }
        finally
        {
            connected.Remove(peer);
            await over.CancelAsync();
            await telling.ContinueWith(_ => { }, TaskScheduler.Default);
            await writing.EndAsync(state, storing, last);
        }
    }

    private async Task ReadAsync(ControlSocket socket, Peer peer, Unwritten state, CancellationToken ct)
    {
        // Three missed heartbeats; a peer that was only suspended connects again.
        while (await InTimeAsync(socket.ReceiveUpAsync, ct) is { } message)
        {
            peer.Heard(time.GetUtcNow());
            switch (message)
            {
                case Pulse pulse:
                    peer.Uses(pulse.MemoryUsedBytes, pulse.CpusUsed);
                    break;
                case Placements report when peer.Kind == PeerKind.Node:
                    state.Add(typeof(Placements), report);
                    break;
                case Applied done:
                    state.Add(done.Kind, done);
                    break;
                case Measurements measured when peer.Kind == PeerKind.Router:
                    windows.Offer(peer.Id, measured);
                    traffic.Add(peer.Id, measured);
                    loads.Add(peer.Id, measured);
                    break;
                case Comparison found when peer.Kind == PeerKind.Router:
                    RecordComparison.Check(found);
                    state.Add((found.VariantId, found.PrimaryVersionId, found.Window.Start), found);
                    break;
                case Protocol.Predictions said when peer.Kind == PeerKind.Router:
                    predictions.Offer(RouterId.From(peer.Id), said);
                    break;
                case PredictionRecords records when peer.Kind == PeerKind.Router:
                    ledger.Offer(peer.Id, records);
                    break;
                case Sketches counted when peer.Kind == PeerKind.Router:
                    sketches.Offer(RouterId.From(peer.Id), counted);
                    break;
                case Exposures dealt when peer.Kind == PeerKind.Router:
                    exposures.Offer(dealt);
                    break;
                default:
                    throw new ProtocolException($"A {peer.Kind} does not send this message here.");
            }
        }
    }

    private async Task WriteAsync(ControlSocket socket, Peer peer, CancellationToken ct)
    {
        var (news, blind) = (new PeerNews(peer), false);
        while (true)
        {
            // In this order: tables that are read now are no older than what is seen.
            var sees = current.Sees;
            var (tables, changed) = current.Read();
            if (sees && blind)
            {
                // First that somebody watches: what is tried out is put aside again by who does not know it.
                await InTimeAsync(token => socket.SendAsync(Heartbeat.Bytes, token), ct);
                news.Repeat();
            }
            blind = !sees;
            foreach (var message in news.Of(tables))
                await InTimeAsync(token => socket.SendAsync(message, token), ct);
            if (!await BeforeBeatAsync(changed, ct))
                await InTimeAsync(token => socket.SendAsync((blind ? BlindHeartbeat : Heartbeat).Bytes, token), ct);
        }
    }

    // The delay ends with the change: else each change would leave a timer of a second in each stream behind.
    private async Task<bool> BeforeBeatAsync(Task changed, CancellationToken ct)
    {
        await changed.WaitAsync(Beat, time, ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        ct.ThrowIfCancellationRequested();
        return changed.IsCompleted;
    }

    private async Task TellAsync(ControlSocket socket, Refused refused, CancellationToken ct)
    {
        try
        {
            await InTimeAsync(token => socket.SendAsync(refused, token), ct);
            await InTimeAsync(socket.CloseAsync, ct);
        }
        catch (Exception e) when (e is WebSocketException or OperationCanceledException or IOException)
        {
            LogGone(log, e.Message);
        }
    }

    private static async Task<T> InTimeAsync<T>(Func<CancellationToken, Task<T>> step, CancellationToken ct)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
        patience.CancelAfter(Patience);
        return await step(patience.Token);
    }

    private static Task InTimeAsync(Func<CancellationToken, Task> step, CancellationToken ct)
        => InTimeAsync(async token =>
        {
            await step(token);
            return true;
        }, ct);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Kind} {Name} at {Address} is connected")]
    private static partial void LogWelcome(ILogger log, PeerKind kind, string name, string address);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Kind} {Name} was not admitted: {Code}")]
    private static partial void LogNotAdmitted(ILogger log, PeerKind kind, string name, string code);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A stream broke the protocol: {Reason}")]
    private static partial void LogRefused(ILogger log, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "A stream ended: {Reason}")]
    private static partial void LogGone(ILogger log, string reason);
}
