using ModelHub.Console.Graph;

namespace ModelHub.Console.Live;

/// <summary>The log of one training run, line by line, from after a line on.</summary>
internal sealed record FollowLog(string Run, long? After);

internal sealed record LogMessage(LogData? Data, IReadOnlyList<GraphFault>? Errors);

internal sealed record LogData(LogLine? TrainingLog);

public sealed record LogLine(long Sequence, DateTimeOffset At, string Text);
