using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    private const int RecordedAtOnce = 500;

    /// <summary>Promotions with what is stored of their gates, oldest first and a few hundred at a time: a year of them is never held at once.</summary>
    /// <param name="promotions">Which ones.</param>
    public async IAsyncEnumerable<RecordedPromotion> ReadRecordedAsync(IQueryable<Promotion> promotions, [EnumeratorCancellation] CancellationToken ct)
    {
        var ids = await promotions.OrderBy(p => p.RequestedAt).ThenBy(p => p.Id).Select(p => p.Id).ToListAsync(ct);
        foreach (var some in ids.Chunk(RecordedAtOnce))
            foreach (var promotion in await ReadSomeAsync([.. some], ct))
                yield return promotion;
    }

    private async Task<List<RecordedPromotion>> ReadSomeAsync(List<PromotionId> ids, CancellationToken ct)
    {
        var rows = await Promotions.AsNoTracking().Where(p => ids.Contains(p.Id)).OrderBy(p => p.RequestedAt).ThenBy(p => p.Id)
            .Select(p => new
            {
                p.Id,
                Model = p.Version.Model.Name,
                p.Version.Number,
                p.RequestedAt,
                p.State,
                p.Steps,
                Approvals = p.Approvals.Count(a => a.Decision == ApprovalDecision.Approve),
            }).ToListAsync(ct);
        var facts = (await GateRounds.AsNoTracking().Where(r => ids.Contains(r.PromotionId)).OrderBy(r => r.EvaluatedAt)
            .Select(r => new { r.PromotionId, r.Facts }).ToListAsync(ct)).GroupBy(r => r.PromotionId).ToDictionary(g => g.Key, g => g.Last().Facts);
        var gates = (await GateEvidence.AsNoTracking().Where(e => ids.Contains(e.PromotionId)).OrderBy(e => e.EvaluatedAt).ThenBy(e => e.Id)
            .Select(e => new { e.PromotionId, e.Gate, e.Verdict, e.Reason }).ToListAsync(ct)).ToLookup(e => e.PromotionId);
        var factless = ids.Where(id => !facts.ContainsKey(id)).ToList();
        var inputs = (await GateEvidence.AsNoTracking().Where(e => factless.Contains(e.PromotionId)).OrderBy(e => e.EvaluatedAt).ThenBy(e => e.Id)
            .Select(e => new { e.PromotionId, e.Inputs }).ToListAsync(ct)).ToLookup(e => e.PromotionId, e => e.Inputs);

        return [.. rows.Select(p => new RecordedPromotion(
            p.Id, p.Model, p.Number, p.RequestedAt, p.State,
            // The last word of each gate counts, as it did then.
            [.. gates[p.Id].GroupBy(g => g.Gate).Select(g => g.Last()).Select(g => new GateOutcome(g.Gate, g.Verdict, g.Reason))],
            facts.GetValueOrDefault(p.Id),
            [.. inputs[p.Id]],
            p.Approvals,
            p.Steps.FirstOrDefault(s => s.Name == PromotionState.Shifting)?.At))];
    }
}
