namespace ModelHub.Domain.Operations;

/// <summary>One line of an operation's log; the sequence counts from 1 per operation.</summary>
public sealed class LogLine
{
    public const int MaxText = 8_000;

    private LogLine()
    {
    }

    public LogLine(OperationId operation, long sequence, string text, DateTimeOffset at) =>
        (OperationId, Sequence, Text, At) = (operation, sequence, text.Length > MaxText ? text[..MaxText] : text, at);

    public OperationId OperationId { get; private set; }

    public long Sequence { get; private set; }

    public DateTimeOffset At { get; private set; }

    public string Text { get; private set; } = "";
}
