using System.Runtime.InteropServices;
using ModelHub.Inference;
using ModelHub.Router.Routing;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Forwarding;

/// <summary>The arm of an experiment that a request's key was dealt, and the key's hash.</summary>
internal readonly record struct DealtArm(Variant? Arm, Guid Key);

/// <summary>One request on its way: what goes to a node and what came back. Reused; belongs to one request at a time.</summary>
internal sealed class Exchange : IDisposable
{
    /// <summary>Bytes before the body, where the head is written, so that both leave in one piece.</summary>
    public const int HeadRoom = 4096;

    private const int KeptBytes = 256 * 1024;
    private readonly PooledBuffer message = new();

    public Verb Verb { get; set; }

    public string RequestId { get; set; } = "";

    public PassedHeaders Headers;

    /// <summary>A call over gRPC: the body and the answer are its messages, without their prefixes.</summary>
    public bool IsMessage { get; set; }

    public AnswerHead Head { get; } = new();

    /// <summary>The whole body of the answer, or its begin when <see cref="Rest"/> goes on.</summary>
    public PooledBuffer Answer { get; } = new();

    public IAnswerRest? Rest { get; set; }

    /// <summary>Who answered last.</summary>
    public Target? Target { get; set; }

    /// <summary>Nothing unless the request takes part in an experiment.</summary>
    public DealtArm Dealt { get; set; }

    /// <summary>On the clock of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long Started { get; set; }

    public Deadline Deadline { get; set; }

    /// <summary>Ends when the caller has gone; none for copies.</summary>
    public CancellationToken Gone { get; set; }

    /// <summary>Null unless the body is too large to be held and flows through.</summary>
    public Stream? Flow { get; set; }

    /// <summary>Bytes that will flow; null when the caller did not say.</summary>
    public long? FlowLength { get; set; }

    /// <summary>Whether a node was sent some of the body that cannot be sent again.</summary>
    public bool Flowed { get; set; }

    public ReadOnlyMemory<byte> Body => message.Count > HeadRoom ? message.Written[HeadRoom..] : default;

    /// <summary>What the caller gives it, but no more than <paramref name="most"/>.</summary>
    public TimeSpan Time(TimeSpan most) =>
        uint.TryParse(Headers.TimeoutMilliseconds, out var asked) && asked > 0 && asked < most.TotalMilliseconds ? TimeSpan.FromMilliseconds(asked) : most;

    /// <summary>Where the body is written before it is sent.</summary>
    public PooledBuffer BeginBody()
    {
        message.Clear();
        message.GetSpan(HeadRoom);
        message.Advance(HeadRoom);
        return message;
    }

    /// <summary>Puts a head in front of the body.</summary>
    /// <returns>both</returns>
    public ReadOnlyMemory<byte> Message(ReadOnlySpan<byte> head)
    {
        var whole = MemoryMarshal.AsMemory(message.Written);
        head.CopyTo(whole.Span[(HeadRoom - head.Length)..]);
        return whole[(HeadRoom - head.Length)..];
    }

    public void CopyTo(Exchange copy)
    {
        var body = Body.Span;
        var into = copy.BeginBody();
        body.CopyTo(into.GetSpan(body.Length + 1));
        into.Advance(body.Length);
        (copy.Verb, copy.IsMessage, copy.RequestId, copy.Headers) = (Verb, IsMessage, RequestId, Headers);
    }

    public void Dispose()
    {
        Rest?.Dispose();
        Answer.Dispose();
        message.Dispose();
    }

    /// <summary>Lets go of everything of this request; large buffers go back to where they came from.</summary>
    public void Clear()
    {
        Rest?.Dispose();
        (Rest, Target, Flow, FlowLength, Flowed, IsMessage, Gone, Headers, RequestId, Dealt) = (null, null, null, null, false, false, default, default, "", default);
        Answer.Clear();
        if (Answer.Capacity > KeptBytes)
            Answer.Dispose();
        if (message.Capacity > KeptBytes)
            message.Dispose();
    }
}
