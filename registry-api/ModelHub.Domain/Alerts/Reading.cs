namespace ModelHub.Domain.Alerts;

/// <summary>One computed figure of one window, as rules see it.</summary>
/// <param name="Version">The number of the version whose traffic it is about.</param>
/// <param name="Value">Null when the window said nothing: it counts as if it had not come.</param>
/// <param name="PValue">Corrected for the number of tests; null where the measure is no test.</param>
/// <param name="Threshold">What the figure was judged by when it was computed; null when by nothing.</param>
/// <param name="Breached">Whether it was beyond that by more than chance; counts where the rule has no limit of its own.</param>
public sealed record Reading(
    int Version, string? Column, string? Segment, DateTimeOffset From, DateTimeOffset To, double? Value, long Samples, double? PValue = null, double? Threshold = null,
    bool? Breached = null)
{
    internal AlertKey Key => new(Column, Segment, Version);
}

/// <summary>What the rule's window says of one column, segment and version.</summary>
public sealed record Judged(double Value, double Limit, double? PValue, bool? Breached, long Samples, DateTimeOffset From, DateTimeOffset To);

/// <summary>What a rule tells apart at an endpoint.</summary>
internal readonly record struct AlertKey(string? Column, string? Segment, int? Version);
