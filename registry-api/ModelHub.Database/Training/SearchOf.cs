using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Until <c>CommitAsync</c> nobody else begins or ends trials of the run.</summary>
    public async Task HoldSearchOfAsync(TrainingRunId run, CancellationToken ct)
    {
        await BeginAsync(ct);
        await Database.ExecuteSqlAsync($"select 1 from training_runs where id = {run.Value} for no key update", ct);
    }

    /// <summary>Ends the trials of a run that have not begun and tells those that run; their workers stop them. The caller commits.</summary>
    public async Task CancelTrialsOfAsync(TrainingRun run, DateTimeOffset now, CancellationToken ct)
    {
        var trials = await TrainingTrials.Where(t => t.RunId == run.Id).Include(t => t.Operation).ToListAsync(ct);
        foreach (var trial in trials.Where(t => !t.HasEnded))
        {
            var refused = trial.Operation.Cancel(now);
            if (refused is not null || trial.Operation.State == OperationState.Cancelled)
                trial.Cancel(now);
        }
    }
}
