namespace ModelHub.Domain.Data;

/// <summary>What a data version looks like, column by column; the baseline that drift is judged against.</summary>
/// <param name="Approximate">Distinct counts and quantiles are estimates, and rare values may be missing among the most frequent; counts, extremes, means, deviations and histograms are exact always.</param>
public sealed record Profile(long RowCount, IReadOnlyList<ColumnProfile> Columns, bool Approximate = false, RowSample? Sample = null);

/// <summary>A few whole rows, drawn at random: what explanations take for the usual. Never shown by the API.</summary>
/// <param name="Columns">Names, in order.</param>
/// <param name="Rows">Values as text, as many as there are columns; null where there is none.</param>
public sealed record RowSample(IReadOnlyList<string> Columns, IReadOnlyList<IReadOnlyList<string?>> Rows);

/// <param name="Count">Rows with a value.</param>
/// <param name="Distinct">Distinct values, possibly approximate.</param>
/// <param name="Min">As text, because dates and strings have one too.</param>
/// <param name="Tenths">Bins between the tenths of a column of numbers, fewer where values repeat: what drift is judged on. Null in profiles made before they were counted.</param>
public sealed record ColumnProfile(
    string Name,
    string Type,
    long Count,
    long Nulls,
    long? Distinct,
    string? Min,
    string? Max,
    double? Mean,
    double? Std,
    IReadOnlyList<Quantile> Quantiles,
    IReadOnlyList<Bin> Histogram,
    IReadOnlyList<TopValue> TopValues,
    IReadOnlyList<Bin>? Tenths = null);

/// <param name="P">Probability in [0, 1].</param>
public sealed record Quantile(double P, double Value);

/// <summary>Counts values in [From, To); the last bin includes its end.</summary>
public sealed record Bin(double From, double To, long Count);

public sealed record TopValue(string Value, long Count);
