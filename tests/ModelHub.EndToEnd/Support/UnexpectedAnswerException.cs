namespace ModelHub.EndToEnd.Support;

/// <summary>ModelHub answered something else than the caller builds upon; the message shows the answer.</summary>
public sealed class UnexpectedAnswerException(string message) : Exception(message);
