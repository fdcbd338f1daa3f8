using System.Diagnostics;
using System.Threading.Channels;
using ModelHub.Protocol;
using ModelHub.Router.Comparing;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Grpc;
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

    private readonly Channel<MirroredCopy> waiting = Channel.CreateBounded<MirroredCopy>(MostWaiting);
    private readonly Pool<MirroredCopy> copies = new(() => new MirroredCopy(), MostWaiting);
    private readonly Breaker breaker = new();
    private readonly AskNodes nodes;
    private readonly MirrorWire wire;
    private readonly AskGrpc grpc;
    private readonly TimeSpan time;
    private readonly CancellationTokenSource end = new();
    private readonly Task sending;
    private readonly CompareShadow? compare;
    private long bytes;
    private volatile Variant variant;

    /// <param name="comparing">null: what the shadow answers is thrown away</param>
    public ShadowQueue(Variant variant, AskNodes nodes, MirrorWire wire, AskGrpc grpc, TimeSpan requestTime, Func<Action<MirroredCopy>, CompareShadow>? comparing)
    {
        compare = comparing?.Invoke(PutBack);
        (this.variant, this.nodes, this.wire, this.grpc) = (variant, nodes, wire, grpc);
        time = requestTime < MostTime ? requestTime : MostTime;
        sending = Task.Run(GatherAsync);
    }

    public bool IsOpen => breaker.IsOpen;

    /// <summary>What it answers is held against what the primary did.</summary>
    public bool Compares => compare is not null;

    /// <summary>The nodes of the table in force, and what is not to be shown.</summary>
    public void Follow(Variant now)
    {
        variant = now;
        if (now.Route.Compare is { } how)
            compare?.Follow(how);
    }

    /// <summary>What comparing has found so far; null without a comparison and before the first pair.</summary>
    public Comparison? Found() => compare?.Read();

    /// <summary>Takes a copy, or drops it.</summary>
    /// <param name="answeredBy">who gave the caller the answer in the exchange; null when it is not to be compared</param>
    public void Offer(Exchange exchange, Variant? answeredBy)
    {
        if (exchange.Flow is not null || !breaker.Lets(Environment.TickCount64))
        {
            Drop();
            return;
        }
        var length = exchange.Body.Length + (compare is null ? 0 : exchange.Answer.Count);
        if (Interlocked.Add(ref bytes, length) <= MostBytes)
        {
            var copy = copies.Rent();
            copy.Bytes = length;
            exchange.CopyTo(copy.Exchange);
            if (compare is not null)
                copy.Primary.Keep(exchange, answeredBy is { Route.Role: VariantRole.Primary } ? answeredBy : null);
            if (waiting.Writer.TryWrite(copy))
                return;
            PutBack(copy);
        }
        else
            Interlocked.Add(ref bytes, -length);
        Drop();
    }

    public void Dispose()
    {
        waiting.Writer.TryComplete();
        end.Cancel();
        compare?.Dispose();
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
    private async Task SendAllAsync(MirroredCopy? copy)
    {
        while (copy is not null)
        {
            if (await SendAsync(copy.Exchange, copy) && compare is not null && copy.Primary.Version is not null)
                Compare(copy, compare);
            else
                PutBack(copy);
            if (!waiting.Reader.TryRead(out copy))
                return;
        }
    }

    /// <returns>false when nothing can be said of the shadow</returns>
    private async Task<bool> SendAsync(Exchange exchange, MirroredCopy copy)
    {
        var to = variant;
        (exchange.Started, exchange.Deadline, exchange.Gone) = (Stopwatch.GetTimestamp(), Deadline.In(time), end.Token);
        var outcome = exchange.IsMessage ? (await grpc.RunAsync(to, AskGrpc.Infer, exchange)).End : await nodes.RunAsync(to, exchange, wire);
        if (outcome == AttemptEnd.Abandoned)
            return false;
        var status = Answers.StatusOf(outcome, exchange);
        copy.CandidateMicroseconds = Stopwatch.GetElapsedTime(exchange.Started).TotalMicroseconds;
        copy.CandidateIsGood = outcome == AttemptEnd.Answered && status is >= 200 and < 300;
        (exchange.Target?.Meter ?? to.Nowhere).Add(status, copy.CandidateMicroseconds);
        if (outcome == AttemptEnd.Answered && status < 500)
            breaker.Succeeded();
        else
            breaker.Failed(Environment.TickCount64);
        // Of what is too large to be held only the begin is here.
        return exchange.Rest is null;
    }

    /// <summary>Both answers wait from now on.</summary>
    private void Compare(MirroredCopy copy, CompareShadow with)
    {
        var answered = copy.Exchange.Answer.Count;
        copy.Bytes += answered;
        if (Interlocked.Add(ref bytes, answered) <= MostBytes)
        {
            with.Offer(copy);
            return;
        }
        with.Drop();
        PutBack(copy);
    }

    private void Drop()
    {
        variant.Nowhere.Drop();
        compare?.Drop();
    }

    private void PutBack(MirroredCopy copy)
    {
        Interlocked.Add(ref bytes, -copy.Bytes);
        copy.Clear();
        copies.Return(copy);
    }
}
