using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Routing;

namespace ModelHub.Router.Comparing;

/// <summary>What one version answered, copied so that it can be looked at later. Reused.</summary>
internal sealed class KeptAnswer : IDisposable
{
    /// <summary>Larger answers are mirrored but not compared.</summary>
    public const int MostBytes = 1 << 20;

    private const int KeptBytes = 64 * 1024;
    private readonly PooledBuffer body = new();

    /// <summary>The version that answered; null when there is nothing to compare with.</summary>
    public Guid? Version { get; private set; }

    public int Status { get; private set; }

    public string? ContentEncoding { get; private set; }

    public string? JsonLength { get; private set; }

    public double Microseconds { get; private set; }

    /// <summary>It is a message of gRPC.</summary>
    public bool IsMessage { get; private set; }

    public ReadOnlyMemory<byte> Body => body.Written;

    public bool IsGood => Status is >= 200 and < 300;

    /// <summary>Copies what has just been answered; what flowed past is not there any more.</summary>
    /// <param name="by">null: the answer is of no use</param>
    public void Keep(Exchange exchange, Variant? by)
    {
        if (by is null || exchange.Rest is not null || exchange.Answer.Count > MostBytes)
            return;
        Version = by.Route.VersionId;
        Microseconds = Stopwatch.GetElapsedTime(exchange.Started).TotalMicroseconds;
        (Status, ContentEncoding, JsonLength, IsMessage) = (exchange.Head.Status, exchange.Head.ContentEncoding, exchange.Head.JsonLength, exchange.IsMessage);
        exchange.Answer.Written.Span.CopyTo(body.GetSpan(exchange.Answer.Count + 1));
        body.Advance(exchange.Answer.Count);
    }

    /// <returns>the outputs by name; null for what cannot be read</returns>
    public IReadOnlyDictionary<string, ReadOutput>? Outputs() => IsMessage ? ReadGrpcAnswer.Of(Body) : ReadAnswer.Of(Body, ContentEncoding, JsonLength);

    /// <summary>For an example: without the values of the fields named, or only a digest when that cannot be had.</summary>
    public string Text(IReadOnlyCollection<string> redacted) => IsMessage ? Redact.Answer(Body, redacted) : Redact.Text(Body, ContentEncoding, JsonLength, redacted);

    public void Clear()
    {
        (Version, Status, ContentEncoding, JsonLength, Microseconds, IsMessage) = (null, 0, null, null, 0, false);
        body.Trim(KeptBytes);
    }

    public void Dispose() => body.Dispose();
}
