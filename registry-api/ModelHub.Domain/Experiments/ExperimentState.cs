namespace ModelHub.Domain.Experiments;

public enum ExperimentState
{
    /// <summary>Nodes load the arms; the control still answers everybody.</summary>
    Preparing,
    Running,

    /// <summary>With a verdict; inconclusive is one.</summary>
    Concluded,

    /// <summary>By hand: no verdict.</summary>
    Stopped,
}

public static class ExperimentStates
{
    /// <summary>For queries: states are stored as words.</summary>
    public static readonly IReadOnlyList<ExperimentState> Open = [ExperimentState.Preparing, ExperimentState.Running];

    public static bool HasEnded(this ExperimentState state) => state > ExperimentState.Running;

    /// <summary>Every arrow there is; none leads backwards.</summary>
    public static bool MayBecome(this ExperimentState from, ExperimentState to) => (from, to) switch
    {
        (ExperimentState.Preparing, ExperimentState.Running) => true,
        ( <= ExperimentState.Running, > ExperimentState.Running) => true,
        _ => false,
    };
}
