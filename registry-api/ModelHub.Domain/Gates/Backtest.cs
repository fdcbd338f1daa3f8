using ModelHub.Domain.Environments;
using ModelHub.Domain.Promotions;

namespace ModelHub.Domain.Gates;

/// <summary>A promotion as it was decided, and what is left of what its gates saw.</summary>
/// <param name="Gates">The last word of each gate then.</param>
/// <param name="Facts">Of the last evaluation; null: it is older than the storing of whole facts.</param>
/// <param name="Inputs">Of the evidence, when there are no whole facts.</param>
/// <param name="Approvals">How many people approved.</param>
/// <param name="ShiftedAt">When traffic began to move; null: it never did.</param>
public sealed record RecordedPromotion(
    PromotionId Id,
    string Model,
    int Version,
    DateTimeOffset RequestedAt,
    PromotionState State,
    IReadOnlyList<GateOutcome> Gates,
    GateFacts? Facts,
    IReadOnlyList<GateInputs> Inputs,
    int Approvals,
    DateTimeOffset? ShiftedAt);

/// <summary>What a draft says of one recorded promotion.</summary>
/// <param name="Then">What its gates said together; inconclusive when none was judged.</param>
/// <param name="Now">What the gates of the draft say together.</param>
/// <param name="Gates">Each gate of the draft.</param>
public sealed record BacktestCase(RecordedPromotion Promotion, Verdict Then, Verdict Now, IReadOnlyList<GateOutcome> Gates)
{
    public bool Differs => Then != Now;

    /// <summary>The gates that make the difference: those that do not pass now, or that did not pass then.</summary>
    public IReadOnlyList<GateOutcome> Because =>
        [.. Gates.Where(gate => gate.Verdict != Verdict.Pass || Promotion.Gates.Any(then => then.Gate == gate.Gate && then.Verdict != Verdict.Pass))];
}

/// <summary>Runs a draft policy over what was recorded. Nothing is read but the record, and nothing is written.</summary>
public static class Backtest
{
    public static BacktestCase Run(Policy draft, RecordedPromotion promotion)
    {
        GateOutcome[] gates = [.. Judge(draft, promotion), .. Approvals(draft, promotion), .. Freeze(draft, promotion)];
        return new(promotion, promotion.Gates.Select(g => g.Verdict).Together(), gates.Select(g => g.Verdict).Together(), gates);
    }

    private static IEnumerable<GateOutcome> Judge(Policy draft, RecordedPromotion promotion) =>
        promotion.Facts is { } facts
            ? facts.Inputs(draft).Select(inputs => (inputs.Gate, Judgement: inputs.Judge())).Select(g => new GateOutcome(g.Gate, g.Judgement.Verdict, g.Judgement.Reason))
            : RecalledGates.Judge(draft, promotion.Inputs);

    /// <summary>Only of what got traffic: whoever was refused by its gates was never asked to be approved.</summary>
    private static IEnumerable<GateOutcome> Approvals(Policy draft, RecordedPromotion promotion)
    {
        if (promotion.ShiftedAt is not null && promotion.Approvals < draft.Approvals)
            yield return new("approvals", Verdict.Inconclusive, $"{promotion.Approvals} of {draft.Approvals} were given");
    }

    private static IEnumerable<GateOutcome> Freeze(Policy draft, RecordedPromotion promotion)
    {
        if (draft.Freeze?.At(promotion.RequestedAt) is { Action: FreezeAction.Refuse } asked)
            yield return new("freeze", Verdict.Fail, $"it was asked for during {asked}");
        else if (promotion.ShiftedAt is { } shifted && draft.Freeze?.At(shifted) is { } held)
            yield return new("freeze", Verdict.Inconclusive, $"its traffic moved during {held}");
    }
}
