namespace ModelHub.Worker.Batches;

/// <summary>The rows of the input in order, as texts of the columns that were asked for.</summary>
internal interface IRows : IDisposable
{
    /// <summary>Moves to the next row; false at the end.</summary>
    /// <exception cref="Jobs.BadInputException">The row cannot be read; the message names its file and line.</exception>
    bool Read();

    /// <summary>The text in a column of the current row; null or empty where it is missing.</summary>
    string? this[int column] { get; }

    /// <summary>Columns that no row has had so far.</summary>
    IReadOnlyList<string> Unseen { get; }
}
