namespace ModelHub.Domain.Promotions;

public enum PromotionState
{
    Requested,
    GatesEvaluating,
    AwaitingApproval,
    Placing,

    /// <summary>In one of its plan's stages before live; which one is data.</summary>
    RollingOut,
    Shifting,
    Watching,
    Live,
    Refused,
    Rejected,
    Aborted,
    RolledBack,
    Failed,
}

public static class PromotionStates
{
    /// <summary>For queries: states are stored as words, so <c>state &lt; Live</c> would compare letters.</summary>
    public static readonly IReadOnlyList<PromotionState> Open = [.. Enum.GetValues<PromotionState>().Where(IsOpen)];

    /// <summary>An open promotion holds its endpoint: there is at most one.</summary>
    public static bool IsOpen(this PromotionState state) => state < PromotionState.Live;

    /// <summary>Every arrow there is; none leads backwards, except that evidence which expired is gathered again.</summary>
    public static bool MayBecome(this PromotionState from, PromotionState to) => (from, to) switch
    {
        (PromotionState.Requested, PromotionState.GatesEvaluating or PromotionState.Refused) => true,
        (PromotionState.GatesEvaluating, PromotionState.AwaitingApproval or PromotionState.Placing or PromotionState.Refused) => true,
        (PromotionState.AwaitingApproval, PromotionState.GatesEvaluating or PromotionState.Placing or PromotionState.Rejected) => true,
        (PromotionState.Placing, PromotionState.RollingOut or PromotionState.Shifting or PromotionState.Failed) => true,
        (PromotionState.RollingOut, PromotionState.Shifting or PromotionState.RolledBack) => true,
        (PromotionState.Shifting, PromotionState.Watching or PromotionState.Live or PromotionState.RolledBack or PromotionState.Failed) => true,
        (PromotionState.Watching, PromotionState.Live or PromotionState.RolledBack) => true,
        (PromotionState.Live, PromotionState.RolledBack) => true,
        ( < PromotionState.Shifting, PromotionState.Aborted or PromotionState.Failed) => true,
        _ => false,
    };
}
