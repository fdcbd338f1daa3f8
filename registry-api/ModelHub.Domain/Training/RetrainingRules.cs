using ModelHub.Domain.Basics;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Domain.Training;

/// <summary>How a challenger is measured: on the last rows, never on shuffled ones.</summary>
/// <param name="TimeColumn">Orders the rows, by times or numbers; null: they are in order already. It is no feature.</param>
/// <param name="HeldOut">Share of the rows, 0.05 to 0.5.</param>
/// <param name="Target">The column to predict; null: the definition's field of that name.</param>
/// <param name="PositiveClass">The class whose probability is measured; null: the definition's, else the last in order.</param>
/// <param name="Margin">So much better than the champion it has to be, in the metric that decides: AUC, or the root of the mean squared error.</param>
public sealed record EvaluationRule(string? TimeColumn, double HeldOut = EvaluationRule.UsualShare, string? Target = null, string? PositiveClass = null, double Margin = 0)
{
    public const double UsualShare = 0.2;

    public Refusal? Check()
    {
        if (!(HeldOut is >= 0.05 and <= 0.5))
            return new InvalidInput("triggers.evaluation.heldOut", "0.05 to 0.5");
        if (!(double.IsFinite(Margin) && Math.Abs(Margin) <= 1e9))
            return new InvalidInput("triggers.evaluation.margin", "a finite number");
        return Texts.Longer("triggers.evaluation.timeColumn", TimeColumn, Limits.Name)
            ?? Texts.Longer("triggers.evaluation.target", Target, Limits.Name)
            ?? Texts.Longer("triggers.evaluation.positiveClass", PositiveClass, Limits.Name);
    }
}

/// <summary>What becomes of a challenger that is better than the champion: a promotion is asked for, with all gates and approvals of the environment.</summary>
/// <param name="Environment">Where to.</param>
/// <param name="Plan">The name of a rollout plan; null: the document, else the policy's own.</param>
/// <param name="PlanDocument">A rollout plan of its own, as JSON.</param>
public sealed record PromotionRule(string Environment, string? Plan, string? PlanDocument = null)
{
    public Refusal? Check()
    {
        if (Plan is not null && PlanDocument is not null)
            return new InvalidInput("triggers.promote.planDocument", "only without the name of a plan");
        return EntityName.NotASimpleName("triggers.promote.environment", Environment)
            ?? (Plan is null ? null : EntityName.NotASimpleName("triggers.promote.plan", Plan))
            ?? (PlanDocument is null ? null : Rollouts.PlanDocument.Parse(PlanDocument, "triggers.promote.planDocument").Refusal);
    }

    /// <summary>The plan of its own; null when it has none.</summary>
    public RolloutPlan? Rollout() => PlanDocument is null ? null : Rollouts.PlanDocument.Parse(PlanDocument).Value;
}

/// <summary>Fresh data: predictions with their labels, frozen as a new version of the pipeline's dataset.</summary>
/// <param name="Environment">Where the model was served.</param>
/// <param name="Window">How far back.</param>
/// <param name="MinimumRows">With fewer labelled rows there is no data.</param>
public sealed record LedgerRule(string Environment, TimeSpan Window, int MinimumRows = LedgerRule.UsualRows)
{
    public const int UsualRows = 1_000;
    public const int MostRows = 1_000_000;
    public static readonly TimeSpan ShortestWindow = TimeSpan.FromSeconds(10);
    public static readonly TimeSpan LongestWindow = TimeSpan.FromDays(366);

    /// <param name="within">What its fields are a part of, with a dot behind it.</param>
    public Refusal? Check(string within = "triggers.ledger.")
    {
        if (Window < ShortestWindow || Window > LongestWindow)
            return new InvalidInput($"{within}window", "10s to 366d");
        if (MinimumRows is < 20 or > MostRows)
            return new InvalidInput($"{within}minimumRows", $"20 to {MostRows}");
        return EntityName.NotASimpleName($"{within}environment", Environment);
    }
}
