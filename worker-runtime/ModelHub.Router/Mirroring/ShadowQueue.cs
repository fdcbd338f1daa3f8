using System.Diagnostics;
using System.Threading.Channels;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Mirroring;

/// <summary>
/// Copies waiting for one shadow: bounded in number and bytes, sent by a few senders over connections of their own. What does not
/// fit, or comes while the shadow fails, is dropped and counted; the primary never waits. Copies are gathered for a moment and
/// sent together: to wake a sender and the shadow's node for each costs several times what the copy itself does.
/// </summary>
internal sealed class ShadowQueue : IDisposable
{
    public const int MostWaiting = 256;
    public const long MostBytes = 32 << 20;
    private const int Senders = 8;
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(5);

    private readonly Channel<Exchange> waiting = Channel.CreateBounded<Exchange>(MostWaiting);
    private readonly Pool<Exchange> copies = new(() => new Exchange(), MostWaiting);
    private readonly Breaker breaker = new();
    private readonly AskNodes nodes;
    private readonly MirrorWire wire;
    private readonly TimeSpan time;
    private readonly CancellationTokenSource end = new();
    private readonly Task sending;
    private long bytes;
    private volatile Variant variant;

    public ShadowQueue(Variant variant, AskNodes nodes, MirrorWire wire, TimeSpan requestTime)
    {
        (this.variant, this.nodes, this.wire) = (variant, nodes, wire);
        time = requestTime < MostTime ? requestTime : MostTime;
        sending = Task.Run(GatherAsync);
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
        sending.ContinueWith(_ => end.Dispose(), TaskScheduler.Default);
    }

    private async Task GatherAsync()
    {
        var senders = new Task[Senders];
        Array.Fill(senders, Task.CompletedTask);
        try
        {
            while (await waiting.Reader.WaitToReadAsync(end.Token))
            {
                await Task.Delay(Gathering, end.Token);
                for (var i = 0; i < Senders; i++)
                    if (senders[i].IsCompleted && waiting.Reader.TryRead(out var copy))
                        senders[i] = SendAllAsync(copy);
            }
        }
        catch (OperationCanceledException)
        {
            // The shadow has left the table.
        }
        await Task.WhenAll(senders);
    }

    /// <summary>Sends this one and then whatever waits.</summary>
    private async Task SendAllAsync(Exchange? copy)
    {
        while (copy is not null)
        {
            var length = copy.Body.Length;
            await SendAsync(copy);
            Interlocked.Add(ref bytes, -length);
            PutBack(copy);
            if (!waiting.Reader.TryRead(out copy))
                return;
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
