using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Training;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Retraining;

/// <summary>
/// Starts the runs that schedules, new data and alerts ask for, as far as the guards let it: read the facts, ask the domain, write
/// once. Of two workers that look at once one holds the model, and the other then finds the run that was made.
/// </summary>
internal sealed partial class RetrainPipelines(
    IDbContextFactory<ModelHubDb> databases, FreezeLedger freeze, Changes changes, ILogger<RetrainPipelines> logger, TimeProvider time)
    : Loop(changes, logger)
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>A ledger with too few labels is not read again at once.</summary>
    private static readonly TimeSpan LedgerRest = TimeSpan.FromSeconds(5);

    private readonly Dictionary<PipelineId, DateTimeOffset> rest = [];
    private DateTimeOffset next;

    /// <summary>Who answers for a run that nobody asked for: who set the triggers.</summary>
    public static Actor ActorOf(Pipeline pipeline) => new("system:retraining", pipeline.TriggersSetBy);

    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        // Every change of anything wakes it; schedules and alerts have the time.
        if (time.GetUtcNow() < next) return false;
        next = time.GetUtcNow() + Pause;
        await using var db = await databases.CreateDbContextAsync(ct);
        var triggered = await db.Pipelines.AsNoTracking().Where(p => p.Triggers != null && p.DatasetId != null).OrderBy(p => p.Name).Select(p => p.Id).ToListAsync(ct);
        foreach (var pipeline in triggered.Where(p => time.GetUtcNow() >= rest.GetValueOrDefault(p))) await LookAsync(pipeline, ct);
        return false;
    }

    private async Task LookAsync(PipelineId id, CancellationToken ct)
    {
        if (await DecideAsync(id, null, ct) is not { } pipeline) return;
        // The ledger is read before anybody is held up; what is decided behind the model is decided anew.
        var frozen = await freeze.OfAsync(pipeline, pipeline.Triggers!.Ledger!, time.GetUtcNow(), ct);
        if (frozen.File is null) rest[id] = time.GetUtcNow() + LedgerRest;
        await DecideAsync(id, frozen, ct);
    }

    /// <returns>The pipeline when it is to train on its ledger, which is not frozen yet.</returns>
    private async Task<Pipeline?> DecideAsync(PipelineId id, FrozenLedger? frozen, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var pipeline = await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleAsync(p => p.Id == id, ct);
        var now = time.GetUtcNow();
        if (pipeline.Triggers is not { } policy || (await ObserveCauses.ReadAsync(db, pipeline, now, ct)).Count == 0) return null;
        // Behind the model nobody else asks for a run of it, so what is decided now holds.
        await db.HoldTrainingOfAsync(pipeline.ModelId, ct);
        var causes = await ObserveCauses.ReadAsync(db, pipeline, now, ct);
        var data = await NewestAsync(db, pipeline, ct);
        var facts = new RetrainingFacts(causes, policy.Ledger is not null || data is not null, await db.ReadRunFactsAsync(pipeline, now, ct));
        var step = NextRetraining.Of(policy, facts, now);
        if (step is RetrainingStep.Train && policy.Ledger is not null && frozen is null) return pipeline;
        var refusal = (step, frozen) switch
        {
            (RetrainingStep.Train, { Missing: { } missing }) => await SkipAsync(db, pipeline, causes, new Held(Guard.NoData, missing, null), now, ct),
            (RetrainingStep.Train, _) => await TrainAsync(db, pipeline, data, frozen?.File, causes, now, ct),
            (RetrainingStep.Skip skip, _) => await SkipAsync(db, pipeline, causes, skip.Held, now, ct),
            _ => null,
        };
        if (refusal is not null) LogLost(pipeline.Name, refusal.Message);
        return null;
    }

    private static Task<DataVersion?> NewestAsync(ModelHubDb db, Pipeline pipeline, CancellationToken ct) =>
        db.DataVersions.AsNoTracking().Where(v => v.DatasetId == pipeline.DatasetId && v.State == DataVersionState.Ready).OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct);

    private async Task<Refusal?> TrainAsync(
        ModelHubDb db, Pipeline pipeline, DataVersion? newest, DataFile? frozen, IReadOnlyList<Cause> causes, DateTimeOffset now, CancellationToken ct)
    {
        var actor = ActorOf(pipeline);
        var events = new List<Event>();
        var data = newest;
        if (frozen is not null)
        {
            if ((await db.RegisterFrozenAsync(pipeline, frozen, actor, now, ct)).IsRefused(out var unfit, out var registered)) return unfit;
            data = registered.Version;
            events.Add(registered.Registered);
        }
        var request = new TrainingRequest(pipeline, data!, [], pipeline.Definition, causes);
        if ((await db.RequestTrainingAsync(request, actor, now, ct)).IsRefused(out var refusal, out var asked)) return refusal;
        if (await db.CommitAsync([.. events, .. asked.Events], actor, ct) is { } conflict) return conflict;
        LogTrains(pipeline.Name, asked.Run.Id.Value, causes[0], causes.Count);
        return null;
    }

    private async Task<Refusal?> SkipAsync(ModelHubDb db, Pipeline pipeline, IReadOnlyList<Cause> causes, Held held, DateTimeOffset now, CancellationToken ct)
    {
        var (events, changed) = await db.RecordSkipsAsync(pipeline, causes, held, now, ct);
        if (!changed) return null;
        if (await db.CommitAsync(events, ActorOf(pipeline), ct) is { } conflict) return conflict;
        if (events.Count > 0) LogHeld(pipeline.Name, held.Guard, held.Reason);
        return null;
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Pipeline} trains in run {Run}: {Cause}, the first of {Causes} causes")]
    private partial void LogTrains(string pipeline, Guid run, Cause cause, int causes);

    [LoggerMessage(Level = LogLevel.Information, Message = "{Pipeline} does not train now ({Guard}): {Reason}")]
    private partial void LogHeld(string pipeline, Guard guard, string reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "What was decided for {Pipeline} was written by another one first ({Reason})")]
    private partial void LogLost(string pipeline, string reason);
}
