using System.Diagnostics;
using System.Threading.Channels;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Mirroring;

/// <summary>
/// Copies waiting for one shadow: bounded in number and bytes, sent by a few senders over connections of their own. What does not
/// fit, or comes while the shadow fails, is dropped and counted; the primary never waits.
/// </summary>
internal sealed class ShadowQueue : IDisposable
{
    public const int MostWaiting = 256;
    public const long MostBytes = 32 << 20;
    private const int Senders = 8;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);

    private readonly Channel<Exchange> waiting = Channel.CreateBounded<Exchange>(MostWaiting);
    private readonly Pool<Exchange> copies = new(() => new Exchange(), MostWaiting);
    private readonly Breaker breaker = new();
    private readonly AskNodes nodes;
    private readonly MirrorWire wire;
    private readonly TimeSpan time;
    private readonly CancellationTokenSource end = new();
    private readonly Task senders;
    private long bytes;
    private volatile Variant variant;

    public ShadowQueue(Variant variant, AskNodes nodes, MirrorWire wire, TimeSpan requestTime)
    {
        (this.variant, this.nodes, this.wire) = (variant, nodes, wire);
        time = requestTime < MostTime ? requestTime : MostTime;
        senders = Task.WhenAll(Enumerable.Range(0, Senders).Select(_ => Task.Run(SendAsync)));
    }

    public bool IsOpen => breaker.IsOpen;

    /// <summary>The nodes of the table in force.</summary>
    public void Follow(Variant now) => variant = now;

    /// <summary>Takes a copy, or drops it.</summary>
    public void Offer(Exchange exchange)
    {
        var length = exchange.Body.Length;
        if (exchange.Flow is not null || !breaker.Lets(Environment.TickCount64))
        {
            variant.Nowhere.Drop();
            return;
        }
        if (Interlocked.Add(ref bytes, length) <= MostBytes)
        {
            var copy = copies.Rent();
            exchange.CopyTo(copy);
            if (waiting.Writer.TryWrite(copy))
                return;
            PutBack(copy);
        }
        Interlocked.Add(ref bytes, -length);
        variant.Nowhere.Drop();
    }

    public void Dispose()
    {
        waiting.Writer.TryComplete();
        end.Cancel();
        // Senders end by themselves; the copies are theirs until then.
        senders.ContinueWith(_ => end.Dispose(), TaskScheduler.Default);
    }

    private async Task SendAsync()
    {
        try
        {
            await foreach (var copy in waiting.Reader.ReadAllAsync(end.Token))
            {
                var length = copy.Body.Length;
                await SendAsync(copy);
                Interlocked.Add(ref bytes, -length);
                PutBack(copy);
            }
        }
        catch (OperationCanceledException)
        {
            // The shadow has left the table.
        }
    }

    private async Task SendAsync(Exchange copy)
    {
        var to = variant;
        (copy.Started, copy.Deadline, copy.Gone) = (Stopwatch.GetTimestamp(), Deadline.In(time), end.Token);
        var outcome = await nodes.RunAsync(to, copy, wire);
        if (outcome == AttemptEnd.Abandoned)
            return;
        var status = Answers.StatusOf(outcome, copy);
        (copy.Target?.Meter ?? to.Nowhere).Add(status, Stopwatch.GetElapsedTime(copy.Started).TotalMicroseconds);
        if (outcome == AttemptEnd.Answered && status < 500)
            breaker.Succeeded();
        else
            breaker.Failed(Environment.TickCount64);
    }

    private void PutBack(Exchange copy)
    {
        copy.Clear();
        copies.Return(copy);
    }
}
