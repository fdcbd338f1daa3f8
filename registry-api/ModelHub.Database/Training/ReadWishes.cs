using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Events;
using ModelHub.Domain.Training;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>What is wanted of pipelines and not answered: since the last run was asked for, or the triggers were set. Those of whom nothing is wanted are left out.</summary>
    public async Task<IReadOnlyDictionary<PipelineId, TrainingWish>> ReadWishesAsync(IReadOnlyCollection<PipelineId> pipelines, CancellationToken ct)
    {
        var about = Subjects.Pipeline("");
        var found = await Pipelines.AsNoTracking().Where(p => pipelines.Contains(p.Id) && p.TriggersSetAt != null)
            .Select(p => new { p.Id, p.Name, p.TriggersSetAt, Last = TrainingRuns.Where(r => r.PipelineId == p.Id).Max(r => (DateTimeOffset?)r.RequestedAt) })
            .Select(p => new
            {
                p.Id,
                Wish = Events.Where(e => e.Subject == about + p.Name && e.Type == TrainingWanted.TypeName && e.At > p.TriggersSetAt && (p.Last == null || e.At > p.Last))
                    .OrderByDescending(e => e.Sequence).Select(e => new { e.Actor, e.At }).FirstOrDefault(),
            }).ToListAsync(ct);
        return found.Where(p => p.Wish is not null).ToDictionary(p => p.Id, p => new TrainingWish(p.Wish!.Actor, p.Wish.At));
    }
}
