using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Configuration;
using ModelHub.Worker.Training.Search;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Worker.Training;

/// <param name="Predictions">The digest of the trainer's own answers on held-out rows.</param>
/// <param name="Evaluation">Against the champion; null when that is not asked for.</param>
/// <param name="Won">The trial whose settings it has; null when nothing was searched.</param>
internal sealed record MadeVersion(TrainingOutput Output, (Digest Digest, long Size) Artifact, Digest? Predictions, Evaluation? Evaluation = null, SearchTurn.Won? Won = null);

/// <summary>How a training run ends, in the transaction that ends its operation.</summary>
internal sealed class TrainingRuns(WorkerOptions options, SearchTrials search, TimeProvider time)
{
    /// <summary>The version's tag that names the artifact with the trainer's own answers.</summary>
    public const string PredictionsTag = "predictions";

    public DateTimeOffset Now => time.GetUtcNow();

    public SearchTrials Search => search;

    public ScratchFolder Scratch() => ScratchFolder.Create(options);

    public static Task<TrainingRun> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct) => LoadAsync(db, TrainingRunId.From(operation.SubjectId), ct);

    public static Task<TrainingRun> LoadAsync(ModelHubDb db, TrainingRunId id, CancellationToken ct) =>
        db.TrainingRuns.Include(r => r.Pipeline.Model).Include(r => r.DataVersion.Dataset).Include(r => r.ParentVersion).AsSplitQuery().SingleAsync(r => r.Id == id, ct);

    /// <summary>The bar of the run follows that of its operation.</summary>
    public static async Task AdvanceAsync(ModelHubDb db, Operation operation, double progress, CancellationToken ct)
    {
        var id = TrainingRunId.From(operation.SubjectId);
        (await db.TrainingRuns.SingleAsync(r => r.Id == id, ct)).Advance(progress);
    }

    /// <summary>Registers the version with its lineage and enqueues its validation: once per run, since the operation ends once.</summary>
    public async Task<Result<IReadOnlyList<Event>>> RegisterAsync(ModelHubDb db, Operation operation, MadeVersion made, CancellationToken ct)
    {
        var run = await LoadAsync(db, operation, ct);
        var model = run.Pipeline.Model;
        var actor = new Actor(run.RequestedBy);
        var number = await db.TakeVersionNumberAsync(model.Id, ct);
        var parameters = WonSettings.Parameters(run, made);
        Metric[] metrics =
        [
            .. made.Output.Metrics.Select(m => new Metric(m.Key, m.Value)),
            .. (made.Evaluation?.Metrics() ?? []).Concat(WonSettings.Metrics(run, made.Won)).Where(m => !made.Output.Metrics.ContainsKey(m.Name)),
        ];
        var registration = new VersionRegistration(made.Artifact.Digest.Value, made.Artifact.Size, made.Output.Format)
        {
            Description = new(Tags: made.Predictions is { } digest ? [new Tag(PredictionsTag, digest.Value)] : [], Metrics: metrics),
            Parameters = parameters,
            Parent = run.ParentVersionId,
            DataVersions = [run.DataVersionId],
            TrainingRun = run.Id,
        };
        if (Version.Register(model.Id, number, registration, actor, Now).IsRefused(out var refusal, out var version)) return refusal;
        if (run.Succeed(version.Id, metrics, parameters, Now) is { } ended) return ended;
        if (made.Evaluation is { } evaluation) run.Judge(evaluation, run.Pipeline.Triggers?.Promote is not null);
        if (made.Won is { } won)
        {
            run.Choose(won.Trial.Number);
            search.Prune(await SearchTrials.TrialsOf(db, run).ToListAsync(ct));
        }
        db.Versions.Add(version);
        db.Operations.Add(Operation.Enqueue(OperationKinds.ValidateVersion, Subjects.Version(model.Name, number), version.Id.Value, actor, Now));
        List<Event> events =
        [
            new VersionRegistered(model.Name, number, version.Digest),
            new TrainingSucceeded(run.Id.Value, run.Pipeline.Name, model.Name, number),
            .. made.Evaluation is { } judged ? [new ChallengerEvaluated(run.Id.Value, run.Pipeline.Name, model.Name, number, judged)] : Array.Empty<Event>(),
        ];
        return events;
    }

    public async Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct)
    {
        var run = await LoadAsync(db, operation, ct);
        await db.CancelTrialsOfAsync(run, Now, ct);
        return run.Fail(reason, Now) is null ? [new TrainingFailed(run.Id.Value, run.Pipeline.Name, reason)] : [];
    }

    public async Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var run = await LoadAsync(db, operation, ct);
        await db.CancelTrialsOfAsync(run, Now, ct);
        return run.Cancel(Now) is null ? [new TrainingCancelled(run.Id.Value, run.Pipeline.Name)] : [];
    }
}
