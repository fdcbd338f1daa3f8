using System.Text.Json;
using ModelHub.Domain.Data;
using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Data;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Evaluating;
using ModelHub.Worker.Training.Search;

namespace ModelHub.Worker.Training;

/// <param name="Files">What may be trained on.</param>
/// <param name="HeldOut">Null: nothing is held out of the files.</param>
/// <param name="Parent">The model file to start warm from.</param>
internal sealed record FetchedRows(IReadOnlyList<(string Name, string Path)> Files, HeldOutRows? HeldOut, string? Parent);

/// <summary>Fetches what a run trains on, and cuts off what it must not see.</summary>
internal sealed class TrainingRows(ArtifactCache cache, UnpackTables unpack)
{
    public async Task<FetchedRows> FetchAsync(TrainingRun run, ScratchFolder scratch, IProgressLog log, CancellationToken ct)
    {
        if (run.DataVersion.State == DataVersionState.Failed)
            throw new BadInputException($"The data version {run.DataVersion.Dataset.Name}@{run.DataVersion.Number} failed: {run.DataVersion.Failure}");
        var data = await ProfileDataVersion.FetchAsync(run.DataVersion.Files, cache, log, ct);
        var parent = run.ParentVersion is { Format: "onnx" } version ? await cache.GetAsync(version.Digest, ct) : null;
        var rule = Rule(run);
        // A process trainer that sees the whole data has them as they are.
        if (UnpackTables.AreNeeded(data) && (rule is not null || run.Pipeline.Trainer == Domain.Training.Trainer.BuiltIn))
            data = await Task.Run(() => unpack.Run(data, scratch, ct), ct);
        var held = rule is not null ? await Task.Run(() => HeldOutRows.Cut(data, rule, scratch, ct), ct) : null;
        return new(held is null ? data : [("train.csv", held.Train)], held, parent);
    }

    /// <summary>A search holds out rows whether or not they are then compared with the champion: settings are not judged by what chose them.</summary>
    private static EvaluationRule? Rule(TrainingRun run) =>
        run.Pipeline.Triggers?.Evaluation ?? (SearchTrials.RuleOf(run) is { } search ? new EvaluationRule(search.TimeColumn, Holdout(run.Definition)) : null);

    private static double Holdout(string definition)
    {
        using var json = JsonDocument.Parse(definition);
        return json.RootElement.TryGetProperty("holdout", out var value) && value.ValueKind == JsonValueKind.Number && value.GetDouble() is >= 0.05 and <= 0.5 and var share
            ? share
            : EvaluationRule.UsualShare;
    }
}
