using System.Globalization;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Evaluating;
using ModelHub.Worker.Training.Search;

namespace ModelHub.Worker.Training;

/// <summary>
/// A run of a pipeline: fetch, train, store, and register the version in the transaction that ends the run. One that searches its settings
/// makes its trials first and waits for them, without a worker; the version then has the settings that won, and all rows but the held-out.
/// </summary>
internal sealed class RunTraining(
    IDbContextFactory<ModelHubDb> databases, IEnumerable<ITrainer> trainers, TrainingFiles files, EvaluateChallenger evaluate, TrainingRuns runs) : IWork
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
        SearchTurn.Won? won = null;
        if (SearchTrials.RuleOf(run) is { } rule)
        {
            won = await runs.Search.TurnAsync(db, run, rule, ct) as SearchTurn.Won;
            if (won is null)
                return new($"searches with {rule.Trials} trials", async (write, token) => new List<Event>(await runs.Search.StepAsync(write, run.Id, (_, _) => { }, token)), AwaitsChildren: true);
            log.Line(string.Create(CultureInfo.InvariantCulture, $"trial {won.Trial.Number} won with {rule.Metric} {won.Trial.Results[^1].Metric:G6}: {won.Parameters}"));
        }
        using var scratch = runs.Scratch();
        var (output, evaluation) = await TrainAsync(db, run, won?.Parameters, scratch, won is null ? log : new ScaledLog(log, SearchTrials.Share, 1), ct);
        var made = new MadeVersion(
            output,
            await files.Artifacts.StoreAsync(output.Model, ct),
            output.Predictions is { } predictions ? (await files.Artifacts.StoreAsync(predictions, ct)).Digest : null,
            evaluation,
            won);
        log.Progress(1, $"stored {made.Artifact.Digest}, {made.Artifact.Size} bytes");
        return new("trained", (write, token) => runs.RegisterAsync(write, operation, made, token));
    }

    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => runs.FailAsync(db, operation, reason, ct);

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => runs.CancelAsync(db, operation, ct);

    public Task AdvanceAsync(ModelHubDb db, Operation operation, double progress, CancellationToken ct) => TrainingRuns.AdvanceAsync(db, operation, progress, ct);

    private async Task<(TrainingOutput Output, Evaluation? Evaluation)> TrainAsync(
        ModelHubDb db, TrainingRun run, string? parameters, ScratchFolder scratch, IProgressLog log, CancellationToken ct)
    {
        var (data, held, parent) = await files.Rows.FetchAsync(run, scratch, log, ct);
        using var json = JsonDocument.Parse(run.Definition);
        var definition = DrawParameters.Over(json.RootElement, parameters);
        var trainer = trainers.Single(t => t.Kind == run.Pipeline.Trainer);
        // Fetching took the first fifth of the bar.
        var output = await trainer.TrainAsync(new(definition, data, parent, scratch, held), new ScaledLog(log, 0.2, held is null ? 0.95 : 0.85), ct);
        if (held is null || run.Pipeline.Triggers?.Evaluation is not { } rule) return (output, null);
        var champion = await db.Aliases.AsNoTracking().Where(a => a.ModelId == run.Pipeline.ModelId && a.Name == Alias.Champion).Select(a => a.Version).SingleOrDefaultAsync(ct);
        return (output, await evaluate.RunAsync(output, held, rule, definition, champion, scratch, new ScaledLog(log, 0.85, 0.95), ct));
    }
}

/// <summary>Where the bytes of a run come from and go to.</summary>
internal sealed record TrainingFiles(TrainingRows Rows, ArtifactsAtApi Artifacts);
