namespace ModelHub.Domain.Alerts;

public enum AlertState
{
    /// <summary>Beyond the limit, not yet for as long as the rule asks. What goes back from here leaves no trace.</summary>
    Pending,
    Firing,

    /// <summary>By itself; it is kept as history.</summary>
    Resolved,
}

public static class AlertStates
{
    /// <summary>For queries: states are stored as words.</summary>
    public static readonly IReadOnlyList<AlertState> Open = [AlertState.Pending, AlertState.Firing];
}

public enum AlertSeverity
{
    Info,
    Warning,
    Critical,
}

public enum AlertComparison
{
    /// <summary>A value above the limit is bad; one that lies on it is not.</summary>
    Above,

    /// <summary>A value below the limit is bad; one that lies on it is not.</summary>
    Below,
}

/// <summary>How the figures of the rule's window become the one that is judged.</summary>
public enum AlertAggregate
{
    /// <summary>Weighted by their samples: exact for shares.</summary>
    Mean,
    Latest,
    Highest,
    Lowest,
}
