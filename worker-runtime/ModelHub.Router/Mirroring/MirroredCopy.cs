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
