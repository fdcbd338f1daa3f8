using System.Net;

namespace ModelHub.Router.Forwarding;

internal enum AttemptEnd
{
    /// <summary>The node answered; the answer may be an error of the caller or of the model.</summary>
    Answered,

    /// <summary>No connection, or it broke before the whole answer was here.</summary>
    Unreachable,

    /// <summary>503, or a node that does not hold what the table says or does not know us yet: another node may.</summary>
    Unready,

    TimedOut,
}

/// <summary>What one node made of a request. Holds the answer when there is one.</summary>
internal sealed class Attempt(AttemptEnd end, HttpResponseMessage? response, ReadOnlyMemory<byte> body) : IDisposable
{
    public AttemptEnd End => end;

    public HttpResponseMessage? Response => response;

    /// <summary>The whole body, or as much as fits the buffer when <see cref="Rest"/> goes on.</summary>
    public ReadOnlyMemory<byte> Body => body;

    /// <summary>What follows <see cref="Body"/> of an answer too large to be held.</summary>
    public Stream? Rest { get; init; }

    public int Status => response is null ? (int)HttpStatusCode.ServiceUnavailable : (int)response.StatusCode;

    public void Dispose() => response?.Dispose();
}
