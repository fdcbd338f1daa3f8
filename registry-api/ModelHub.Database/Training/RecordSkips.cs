using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Events;
using ModelHub.Domain.Training;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>
    /// Counts what was held back: a row for each cause and guard until a run is made, told as an event when it begins. The caller
    /// commits; a refusal means that somebody else has counted it.
    /// </summary>
    /// <param name="pipeline">With its model.</param>
    /// <returns>The events, and whether anything is to be stored.</returns>
    public async Task<(IReadOnlyList<Event> Events, bool Changed)> RecordSkipsAsync(
        Pipeline pipeline, IReadOnlyList<Cause> causes, Held held, DateTimeOffset now, CancellationToken ct)
    {
        var known = await RetrainingSkips.Where(s => s.PipelineId == pipeline.Id && s.EndedAt == null && s.Guard == held.Guard).ToListAsync(ct);
        var events = new List<Event>();
        var changed = false;
        foreach (var cause in causes)
        {
            if (known.Find(s => s.Matches(cause, held)) is { } skip)
            {
                changed |= skip.Again(cause, held, now);
                continue;
            }
            RetrainingSkips.Add(RetrainingSkip.Of(pipeline.Id, cause, held, now));
            events.Add(new TrainingSkipped(pipeline.Name, pipeline.Model.Name, cause.Kind, cause.About, held.Guard, held.Reason, held.Until));
        }
        return (events, changed || events.Count > 0);
    }
}
