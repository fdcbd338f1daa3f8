namespace ModelHub.Protocol;

/// <summary>Slots in which the values of one input column are counted.</summary>
/// <param name="Edges">of a column of numbers: slot 0 lies below the first, the last slot above the last, both of which belong to the bins between; null for texts</param>
/// <param name="Values">the known texts, one slot each; all others have a last slot together</param>
public sealed record RouteColumn(string Name, double[]? Edges = null, string[]? Values = null)
{
    public int Slots => Edges is { } edges ? edges.Length + 1 : (Values?.Length ?? 0) + 1;
}

/// <summary>An input tensor and the names of its columns, in order; none where nobody knows them.</summary>
public sealed record RouteInput(string Name, string[] Columns);

/// <summary>What a router counts of all requests to a version.</summary>
/// <param name="Bins">tells these slots apart from others; goes up again with the counts</param>
/// <param name="Unusual">a row out of range in at least so many columns at once is counted apart</param>
public sealed record RouteSketch(long Bins, int Unusual, RouteInput[] Inputs, RouteColumn[] Columns);

/// <summary>How the values of one column fell into its slots. What is missing of the rows had no value.</summary>
/// <param name="WrongType">values that are none of the column's type</param>
public sealed record SketchedColumn(string Name, long[] Slots, long WrongType);

/// <summary>How the values of one output are distributed, as in <see cref="Prediction"/>.</summary>
public sealed record SketchedOutput(string Name, long Values, long Zeros, Histogram Positive, Histogram Negative, ClassCount[] Classes);

/// <summary>
/// All requests of one window to one variant. <paramref name="Unseen"/> are those whose rows could not be looked at: too large to be held or not
/// readable; <paramref name="Rows"/> belong to the others.
/// </summary>
/// <param name="Confidence">rows by how sure the classifier was of its class, in bins of equal width from 0 to 1; empty when it tells no chances</param>
/// <param name="ConfidenceSums">the sum in each bin</param>
/// <param name="Skipped">requests that were not looked into because there was more traffic than may be read; the others are a fair sample of all</param>
public sealed record Sketch(
    Guid EndpointId, Guid VariantId, Guid VersionId, long Bins, long Requests, long Unseen, long Rows, long Unusual,
    SketchedColumn[] Columns, SketchedOutput[] Outputs, long[] Confidence, double[] ConfidenceSums, long Skipped = 0)
{
    public const int MostOutputs = 32;
    public const int MostClasses = 100;
    public const int ConfidenceBins = 20;
}

/// <summary>What a router counted of all traffic in one window. The same window sent twice counts once.</summary>
public sealed record Sketches(Window Window, Sketch[] Items) : UpMessage
{
    /// <summary>Of one message; there may be several of one window.</summary>
    public const int MostColumns = 10_000;
}
