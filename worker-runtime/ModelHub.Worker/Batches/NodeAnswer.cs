namespace ModelHub.Worker.Batches;

/// <summary>What came of asking a node for predictions of some rows.</summary>
internal abstract record NodeAnswer
{
    /// <param name="Rows">For each row the values of the outputs, as JSON.</param>
    public sealed record Predicted(IReadOnlyList<string[]> Rows) : NodeAnswer;

    /// <summary>No node will answer these rows together: one of them is at fault, or they are too many.</summary>
    public sealed record Declined(string Message) : NodeAnswer;

    /// <summary>Not now, or not this node.</summary>
    /// <param name="Pause">How long it is to be left alone; null: as long as its failures have earned it.</param>
    public sealed record Later(TimeSpan? Pause, string Message) : NodeAnswer;
}
