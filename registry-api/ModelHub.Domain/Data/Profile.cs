namespace ModelHub.Domain.Data;

/// <summary>What a data version looks like, column by column; the baseline that drift is judged against.</summary>
public sealed record Profile(long RowCount, IReadOnlyList<ColumnProfile> Columns);

/// <param name="Count">Rows with a value.</param>
/// <param name="Distinct">Distinct values, possibly approximate.</param>
/// <param name="Min">As text, because dates and strings have one too.</param>
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
    IReadOnlyList<TopValue> TopValues);

/// <param name="P">Probability in [0, 1].</param>
public sealed record Quantile(double P, double Value);

/// <summary>Counts values in [From, To); the last bin includes its end.</summary>
public sealed record Bin(double From, double To, long Count);

public sealed record TopValue(string Value, long Count);
