namespace ModelHub.Domain.Shadows;

public enum ShadowTestState
{
    /// <summary>Nodes load the candidate; nothing is mirrored yet.</summary>
    Placing,
    Running,
    Passed,
    Failed,
    Inconclusive,

    /// <summary>By hand, or because the promotion it belonged to has ended: no verdict.</summary>
    Stopped,
}

public static class ShadowTestStates
{
    /// <summary>For queries: states are stored as words.</summary>
    public static readonly IReadOnlyList<ShadowTestState> Open = [ShadowTestState.Placing, ShadowTestState.Running];

    public static bool HasEnded(this ShadowTestState state) => state > ShadowTestState.Running;

    /// <summary>Every arrow there is; none leads backwards.</summary>
    public static bool MayBecome(this ShadowTestState from, ShadowTestState to) => (from, to) switch
    {
        (ShadowTestState.Placing, ShadowTestState.Running) => true,
        // What cannot be loaded has failed, and what was not loaded in time tells nothing.
        (ShadowTestState.Placing, ShadowTestState.Failed or ShadowTestState.Inconclusive or ShadowTestState.Stopped) => true,
        (ShadowTestState.Running, > ShadowTestState.Running) => true,
        _ => false,
    };
}
