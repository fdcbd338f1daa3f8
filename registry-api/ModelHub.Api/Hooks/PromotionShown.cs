using System.Text.Json;
using ModelHub.Domain.Gates;

namespace ModelHub.Api.Hooks;

/// <summary>A gate as it was judged last.</summary>
internal sealed record GateShown(string Gate, string Verdict, string Reason);

/// <summary>One limit of a stage, what was seen and what follows.</summary>
internal sealed record FindingShown(string Limit, double Allowed, double? Candidate, double? Primary, string Verdict, string Reason);

/// <summary>A verdict on a stage or on the watch.</summary>
/// <param name="Stage">Its place in the plan, from 0; null for the watch.</param>
/// <param name="Reason">Of a failed one what was wrong, of an inconclusive one what is missing.</param>
/// <param name="DecidedBy">The limit that was not kept; null when none was broken.</param>
internal sealed record VerdictShown(
    int? Stage, string Verdict, string Reason, string? DecidedBy, long Samples, long? PrimarySamples, DateTimeOffset At, IReadOnlyList<FindingShown> Findings);

/// <param name="Reason">Why it ended as it did, or what it waits for.</param>
/// <param name="Stage">The stage it is in or was in last, from 0; null before the first.</param>
/// <param name="Held">Its stage was still inconclusive when its time was up: it waits for a person.</param>
/// <param name="ExitCode">What a script should end with: 0 live, 1 failed or aborted, 2 refused, 3 still under way, 4 rolled back.</param>
internal sealed record PromotionShown(
    Guid Promotion, string State, string? Reason, int ApprovalsRequired, double? TimeToLiveMs, int? Stage, bool Held, bool Paused, bool Ended, int ExitCode,
    IReadOnlyList<GateShown> Gates, IReadOnlyList<VerdictShown> Verdicts)
{
    public static PromotionShown Of(Promotion promotion, IReadOnlyList<GateShown> gates, IReadOnlyList<VerdictShown> verdicts) => new(
        promotion.Id.Value, Word(promotion.State), promotion.Reason, promotion.ApprovalsRequired, promotion.TimeToLiveMs, promotion.StageIndex, promotion.Held,
        promotion.PausedAt is not null, !promotion.State.IsOpen(), ExitCodeOf(promotion.State), gates, verdicts);

    /// <summary>With all that was judged so far.</summary>
    public static async Task<PromotionShown> ReadAsync(ModelHubDb db, Promotion promotion, CancellationToken ct)
    {
        var gates = await db.GateEvidence.AsNoTracking().Where(e => e.PromotionId == promotion.Id)
            .OrderBy(e => e.EvaluatedAt).ThenBy(e => e.Id).Select(e => new { e.Gate, e.Verdict, e.Reason }).ToListAsync(ct);
        var verdicts = await db.RolloutVerdicts.AsNoTracking().Where(v => v.PromotionId == promotion.Id).OrderBy(v => v.At).ThenBy(v => v.Id).ToListAsync(ct);
        return Of(promotion, [.. gates.GroupBy(g => g.Gate).Select(g => new GateShown(g.Key, Word(g.Last().Verdict), g.Last().Reason))], [.. verdicts.Select(Of)]);
    }

    private static VerdictShown Of(RolloutVerdict verdict) => new(
        verdict.Stage, Word(verdict.Verdict), verdict.Reason, verdict.Findings.FirstOrDefault(f => f.Verdict == Verdict.Fail)?.Limit,
        verdict.Facts.Whole.Candidate.Requests, verdict.Facts.Whole.Primary?.Requests, verdict.At,
        [.. verdict.Findings.Select(f => new FindingShown(f.Limit, f.Allowed, f.Candidate, f.Primary, Word(f.Verdict), f.Reason))]);

    private static string Word<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseUpper.ConvertName(value.ToString());

    private static int ExitCodeOf(PromotionState state) => state switch
    {
        PromotionState.Live => 0,
        PromotionState.Aborted or PromotionState.Failed => 1,
        PromotionState.Refused or PromotionState.Rejected => 2,
        PromotionState.RolledBack => 4,
        _ => 3,
    };
}
