namespace ModelHub.Router.Forwarding;

internal enum AttemptEnd
{
    /// <summary>The node answered; the answer may be an error of the caller or of the model.</summary>
    Answered,

    /// <summary>Nobody listens there: no work was begun, any other node may be asked.</summary>
    NotConnected,

    /// <summary>The connection broke before the whole answer was here.</summary>
    Broken,

    /// <summary>503, or a node that does not hold what the table says or does not know us yet.</summary>
    Unready,

    /// <summary>What came back is no HTTP/1.1 answer, or not one answer.</summary>
    Malformed,

    /// <summary>The answer is larger than this router passes on.</summary>
    TooLarge,

    TimedOut,

    /// <summary>The caller has gone; nobody is to blame.</summary>
    Abandoned,
}
