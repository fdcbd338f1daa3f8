using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Experiments;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Experiments;

/// <summary>
/// Moves every open experiment by one step at a time: read the facts, ask the domain, write once. Two workers may do it at once: the
/// revision lets one of them win. The more a look has to add up the rarer it is, so that a million keys take a twentieth of the
/// database's time at most; one slow look alone says nothing, and that the traffic was taken from the arms is seen at once.
/// </summary>
internal sealed partial class AdvanceExperiments(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<AdvanceExperiments> logger, TimeProvider time)
    : Loop(changes, logger)
{
    private const int RestPerLook = 20;
    private static readonly TimeSpan Reasons = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan ShortLook = TimeSpan.FromMilliseconds(100);
    private readonly Dictionary<ExperimentId, Rest> rests = [];

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var states = ExperimentStates.Open;
        var open = await db.Experiments.AsNoTracking().Where(e => states.Contains(e.State)).OrderBy(e => e.StartedAt).Select(e => e.Id).ToListAsync(ct);
        foreach (var ended in rests.Keys.Except(open).ToList()) rests.Remove(ended);
        var resting = open.Where(e => rests.TryGetValue(e, out var rest) && time.GetUtcNow() < rest.Until).ToList();
        var robbed = resting.Count == 0 ? [] : await RobbedAsync(db, resting, ct);
        var advanced = false;
        foreach (var experiment in open.Except(resting).Concat(robbed)) advanced |= await AdvanceAsync(experiment, ct);
        return advanced;
    }

    /// <summary>Those of which an arm is routed to no more.</summary>
    private static async Task<List<ExperimentId>> RobbedAsync(ModelHubDb db, List<ExperimentId> among, CancellationToken ct) =>
        await db.ExperimentArms.AsNoTracking()
            .Where(a => among.Contains(a.ExperimentId) && db.Variants.Any(v => v.Id == a.VariantId && v.ValidTo != null))
            .Select(a => a.ExperimentId).Distinct().ToListAsync(ct);

    private void RestAfter(ExperimentId id, TimeSpan took, DateTimeOffset now)
    {
        var least = rests.TryGetValue(id, out var before) && before.Took < took ? before.Took : took;
        rests[id] = new(took, before is not null && least > ShortLook ? now + least * RestPerLook : now);
    }

    /// <returns>Whether it moved, so that a look at its next step is worth it.</returns>
    private async Task<bool> AdvanceAsync(ExperimentId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var began = Stopwatch.GetTimestamp();
        if (await ObservedExperiment.ReadAsync(db, id, ct) is not { } observed) return false;
        var (took, now) = (Stopwatch.GetElapsedTime(began), time.GetUtcNow());
        RestAfter(id, took, now);
        var (experiment, step) = (observed.Experiment, observed.Experiment.Next(observed.Facts, now));
        if (await WriteAsync(db, experiment, step, now, ct) is { } refusal)
        {
            LogLost(id.Value, step.GetType().Name, refusal.Message);
            return false;
        }
        if (step is ExperimentStep.Wait) return false;
        LogStep(id.Value, observed.Model, observed.Environment, experiment.State, experiment.Reason);
        return true;
    }

    /// <returns>Null when written; else why not: somebody else changed the experiment or its endpoint first.</returns>
    private static async Task<Refusal?> WriteAsync(ModelHubDb db, Experiment experiment, ExperimentStep step, DateTimeOffset now, CancellationToken ct)
    {
        switch (step)
        {
            // Counts in a reason change with every key; what is shown may lag behind them.
            case ExperimentStep.Wait wait when experiment.Reason == wait.For || (experiment.State == ExperimentState.Running && now - experiment.UpdatedAt < Reasons):
                return null;
            case ExperimentStep.Wait wait:
                experiment.Explain(wait.For, now);
                return await db.CommitAsync([], OperationStore.Worker, ct);
            case ExperimentStep.Run:
                return await db.CommitAsync(await db.RunExperimentAsync(experiment, OperationStore.Worker, now, ct), OperationStore.Worker, ct);
            case ExperimentStep.End end:
                experiment.End(end.Judgement, now);
                return await db.CommitAsync(await db.CloseExperimentAsync(experiment, OperationStore.Worker, now, ct), OperationStore.Worker, ct);
            default:
                throw new InvalidOperationException($"A step of a new kind: {step}.");
        }
    }

    /// <param name="Took">The last look.</param>
    private sealed record Rest(TimeSpan Took, DateTimeOffset Until);

    [LoggerMessage(Level = LogLevel.Information, Message = "Experiment {Experiment} on {Model} in {Environment}: {State} {Reason}")]
    private partial void LogStep(Guid experiment, string model, string environment, ExperimentState state, string? reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Experiment {Experiment}: {Step} was written by another one first ({Reason})")]
    private partial void LogLost(Guid experiment, string step, string reason);
}
