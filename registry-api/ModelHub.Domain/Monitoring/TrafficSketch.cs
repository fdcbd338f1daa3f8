using ModelHub.Domain.Predictions;

namespace ModelHub.Domain.Monitoring;

/// <summary>How the values of one input column fell into the slots of its baseline.</summary>
/// <param name="Slots">Of numbers see <see cref="NumberBins"/>; of texts one for each known value and a last one for all others.</param>
/// <param name="WrongType">Values that are none of the column's type.</param>
public sealed record ColumnCounts(string Name, IReadOnlyList<long> Slots, long WrongType)
{
    public long Values => Slots.Sum();

    public ColumnCounts Merge(ColumnCounts other) => this with { Slots = [.. Slots.Zip(other.Slots, (a, b) => a + b)], WrongType = WrongType + other.WrongType };
}

/// <summary>How the values of one output are distributed.</summary>
public sealed record OutputCounts(string Name, Distribution Distribution);

/// <summary>
/// How sure a classifier was of the class it chose, over rows: counts in bins of equal width between 0 and 1, and the sum in each, so that the mean
/// confidence of a bin is exact.
/// </summary>
public sealed record ConfidenceCounts(IReadOnlyList<long> Rows, IReadOnlyList<double> Sums)
{
    public const int Bins = 20;

    public static readonly ConfidenceCounts None = new([], []);

    public long Total => Rows.Sum();

    public ConfidenceCounts Merge(ConfidenceCounts other) =>
        Rows.Count == 0 ? other : other.Rows.Count == 0 ? this : new([.. Rows.Zip(other.Rows, (a, b) => a + b)], [.. Sums.Zip(other.Sums, (a, b) => a + b)]);
}

/// <summary>
/// What a router counted of all requests to one variant in one window. Sketches add up: of any windows and routers, as long as they counted in the same
/// bins.
/// </summary>
/// <param name="Bins">Which bins: <see cref="Baseline.Fingerprint"/>; 0 for none.</param>
/// <param name="Unseen">Of the requests those whose rows could not be looked at: too large to be held or not readable.</param>
/// <param name="Rows">Rows of the others.</param>
/// <param name="Unusual">Rows out of the range of the baseline in several columns at once.</param>
public sealed record TrafficSketch(
    long Bins, long Requests, long Unseen, long Rows, long Unusual, IReadOnlyList<ColumnCounts> Columns, IReadOnlyList<OutputCounts> Outputs, ConfidenceCounts Confidence)
{
    public const int MostOutputs = 32;

    public static readonly TrafficSketch None = new(0, 0, 0, 0, 0, [], [], ConfidenceCounts.None);

    /// <summary>Requests that were not looked into because there was more traffic than a router may read. The others are a fair sample of all.</summary>
    public long Skipped { get; init; }

    /// <summary>Requests that were looked into, or would have been.</summary>
    public long Drawn => Math.Max(0, Requests - Skipped);

    public ColumnCounts? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);

    /// <summary>Rows without a value in the column.</summary>
    public long Nulls(ColumnCounts column) => Math.Max(0, Rows - column.Values - column.WrongType);

    /// <summary>Both together. With other bins than these, the other's rows count as not seen: after a profile has changed they cannot be compared.</summary>
    public TrafficSketch Merge(TrafficSketch other)
    {
        if (Requests == 0 && Rows == 0)
            return other;
        var outputs = Outputs.Concat(other.Outputs).GroupBy(o => o.Name, StringComparer.Ordinal)
            .Select(g => new OutputCounts(g.Key, g.Aggregate(Distribution.None, (sum, o) => sum.Merge(o.Distribution)))).Take(MostOutputs);
        var both = this with { Requests = Requests + other.Requests, Skipped = Skipped + other.Skipped, Outputs = [.. outputs], Confidence = Confidence.Merge(other.Confidence) };
        return other.Bins != Bins || other.Columns.Count != Columns.Count
            ? both with { Unseen = Unseen + other.Drawn }
            : both with
            {
                Unseen = Unseen + other.Unseen,
                Rows = Rows + other.Rows,
                Unusual = Unusual + other.Unusual,
                Columns = [.. Columns.Zip(other.Columns, (a, b) => a.Merge(b))],
            };
    }
}
