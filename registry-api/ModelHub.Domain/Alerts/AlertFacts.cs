namespace ModelHub.Domain.Alerts;

/// <summary>What the next step of an alert depends on: one rule at one endpoint.</summary>
/// <param name="Open">What the alert that is open says now; empty when none is.</param>
/// <param name="Serving">The numbers of the versions that serve there, with since when.</param>
/// <param name="Readings">Of the rule's measure, as far back as its condition looks; in any order.</param>
/// <param name="LastReading">When the last figure of the measure ended that said something; null when there was none.</param>
public sealed record AlertFacts(
    IReadOnlyList<AlertItem> Open, IReadOnlyDictionary<int, DateTimeOffset> Serving, IReadOnlyList<Reading> Readings, DateTimeOffset? LastReading);

public abstract record AlertStep
{
    /// <summary>Nothing is wrong, and nothing was.</summary>
    public sealed record Rest : AlertStep;

    /// <summary>Nothing changed since.</summary>
    public sealed record Stay : AlertStep;

    /// <summary>An alert stands as told: it begins, changes from pending to firing, or has other figures now.</summary>
    /// <param name="Items">The farthest beyond the limit first; never empty.</param>
    public sealed record Stand(AlertState State, IReadOnlyList<AlertItem> Items) : AlertStep;

    /// <summary>It went back before it fired: it leaves no trace.</summary>
    public sealed record Lapse : AlertStep;

    public sealed record Resolve(string Reason) : AlertStep;
}
