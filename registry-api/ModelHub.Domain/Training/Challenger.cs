using ModelHub.Domain.Gates;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Training;

/// <summary>What became of a run and the version it made.</summary>
/// <param name="Evaluation">How it stood against the champion; null when that was not looked at.</param>
/// <param name="Promotion">How the newest promotion of its version stands; null when none was asked for.</param>
public sealed record Challenger(OperationState Run, PromotionState? Promotion, Verdict? Evaluation = null)
{
    /// <summary>True: it went live. False: it failed. Null: that is not known, or a person decided.</summary>
    public bool? Passed => (Run, Promotion) switch
    {
        (OperationState.Failed, _) => false,
        (_, PromotionState.Live or PromotionState.Watching) => true,
        (_, PromotionState.Refused or PromotionState.RolledBack or PromotionState.Failed) => false,
        // It is the first gate: what is not better is not asked to be promoted.
        (_, null) when Evaluation == Verdict.Fail => false,
        _ => null,
    };

    /// <param name="newestFirst">Those of which nothing is known count neither way.</param>
    public static int FailedInARow(IEnumerable<Challenger> newestFirst) =>
        newestFirst.Where(c => c.Passed is not null).TakeWhile(c => c.Passed == false).Count();
}
