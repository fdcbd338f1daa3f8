using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Data;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training;

/// <summary>A run of a pipeline: fetch, train, store, and register the version in the transaction that ends the run.</summary>
internal sealed class RunTraining(
    IDbContextFactory<ModelHubDb> databases, IEnumerable<ITrainer> trainers, ArtifactCache cache, ArtifactsAtApi artifacts, TrainingRuns runs) : IWork
{
    public string Kind => OperationKinds.Train;

    public async Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var run = await TrainingRuns.LoadAsync(db, operation, ct);
        return run.Start(runs.Now) is null ? [new TrainingStarted(run.Id.Value, run.Pipeline.Name, operation.Attempts)] : [];
    }

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var run = await TrainingRuns.LoadAsync(db, operation, ct);
        using var scratch = runs.Scratch();
        var output = await TrainAsync(run, scratch, log, ct);
        var made = new MadeVersion(
            output,
            await artifacts.StoreAsync(output.Model, ct),
            output.Predictions is { } predictions ? (await artifacts.StoreAsync(predictions, ct)).Digest : null);
        log.Progress(1, $"stored {made.Artifact.Digest}, {made.Artifact.Size} bytes");
        return new("trained", (write, token) => runs.RegisterAsync(write, operation, made, token));
    }

    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => runs.FailAsync(db, operation, reason, ct);

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => runs.CancelAsync(db, operation, ct);

    public Task AdvanceAsync(ModelHubDb db, Operation operation, double progress, CancellationToken ct) => TrainingRuns.AdvanceAsync(db, operation, progress, ct);

    private async Task<TrainingOutput> TrainAsync(TrainingRun run, ScratchFolder scratch, IProgressLog log, CancellationToken ct)
    {
        if (run.DataVersion.State == DataVersionState.Failed)
            throw new BadInputException($"The data version {run.DataVersion.Dataset.Name}@{run.DataVersion.Number} failed: {run.DataVersion.Failure}");
        var files = await ProfileDataVersion.FetchAsync(run.DataVersion.Files, cache, log, ct);
        var parent = run.ParentVersion is { Format: "onnx" } version ? await cache.GetAsync(version.Digest, ct) : null;
        using var definition = JsonDocument.Parse(run.Definition);
        var trainer = trainers.Single(t => t.Kind == run.Pipeline.Trainer);
        // Fetching took the first fifth of the bar.
        return await trainer.TrainAsync(new(definition.RootElement, files, parent, scratch), new Scaled(log, 0.2, 0.95), ct);
    }

    private sealed class Scaled(IProgressLog inner, double from, double to) : IProgressLog
    {
        public void Progress(double share, string? line = null) => inner.Progress(from + (to - from) * share, line);

        public void Line(string text) => inner.Line(text);
    }
}
