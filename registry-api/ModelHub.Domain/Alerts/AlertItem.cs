namespace ModelHub.Domain.Alerts;

/// <summary>One thing that an alert is about: a column (or the whole), a segment and a version, with the last that was judged of it.</summary>
/// <param name="Version">Null for the absence of figures.</param>
/// <param name="Value">Null when what is wrong is that none came.</param>
/// <param name="From">The judged window.</param>
/// <param name="Since">The end of the first window that was beyond the limit without a break.</param>
/// <param name="BackSince">Since when a firing one is well inside again; null while it is not.</param>
public sealed record AlertItem(
    string? Column, string? Segment, int? Version, double? Value, double? Limit, double? PValue, long Samples,
    DateTimeOffset From, DateTimeOffset To, DateTimeOffset Since, bool Firing, DateTimeOffset? BackSince)
{
    /// <summary>How many columns an event names.</summary>
    public const int MostTold = 100;

    /// <summary>How many an alert keeps; the farthest beyond.</summary>
    public const int MostKept = 1_000;

    internal bool IsAbsence => Value is null;

    /// <summary>How far beyond, measured in limits so that columns compare: 0.3 over 0.2 → 0.5.</summary>
    internal double Excess => Value is { } value && Limit is { } limit ? Math.Abs(value - limit) / Math.Max(Math.Abs(limit), 1e-12) : double.PositiveInfinity;

    internal AlertKey Key => new(Column, Segment, Version);

    internal static AlertItem Begin(AlertKey key, Judged judged, TimeSpan @for) =>
        new(key.Column, key.Segment, key.Version, judged.Value, judged.Limit, judged.PValue, judged.Samples, judged.From, judged.To, judged.To, @for == TimeSpan.Zero, null);

    internal AlertItem With(Judged judged) =>
        this with { Value = judged.Value, Limit = judged.Limit, PValue = judged.PValue, Samples = judged.Samples, From = judged.From, To = judged.To };
}
