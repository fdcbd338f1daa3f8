namespace ModelHub.Node.Serving;

/// <summary>What a request is answered that never came to a run.</summary>
internal readonly record struct Refused(int Status, string Message);
