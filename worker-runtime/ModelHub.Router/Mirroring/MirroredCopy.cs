using ModelHub.Router.Comparing;
using ModelHub.Router.Forwarding;

namespace ModelHub.Router.Mirroring;

/// <summary>A request on its way to a shadow, and what the caller got for it. Reused.</summary>
internal sealed class MirroredCopy : IDisposable
{
    public Exchange Exchange { get; } = new();

    public KeptAnswer Primary { get; } = new();

    /// <summary>Bytes that it is counted with while it waits.</summary>
    public long Bytes { get; set; }

    public bool CandidateIsGood { get; set; }

    public double CandidateMicroseconds { get; set; }

    public AskedRequest Asked => Exchange.IsMessage
        ? AskedRequest.OfMessage(Exchange.Body)
        : new AskedRequest(Exchange.Body, Exchange.Headers.ContentEncoding, Exchange.Headers.JsonLength);

    /// <returns>what the shadow answered, by name; null for what cannot be read</returns>
    public IReadOnlyDictionary<string, ReadOutput>? CandidateOutputs() =>
        Exchange.IsMessage ? ReadGrpcAnswer.Of(Exchange.Answer.Written) : ReadAnswer.Of(Exchange.Answer.Written, Exchange.Head.ContentEncoding, Exchange.Head.JsonLength);

    public string CandidateText(IReadOnlyCollection<string> redacted) =>
        Exchange.IsMessage ? Redact.Answer(Exchange.Answer.Written, redacted) : Redact.Text(Exchange.Answer.Written, Exchange.Head.ContentEncoding, Exchange.Head.JsonLength, redacted);

    public void Clear()
    {
        Exchange.Clear();
        Primary.Clear();
        (Bytes, CandidateIsGood, CandidateMicroseconds) = (0, false, 0);
    }

    public void Dispose()
    {
        Exchange.Dispose();
        Primary.Dispose();
    }
}
