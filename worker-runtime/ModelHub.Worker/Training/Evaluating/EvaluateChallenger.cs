using System.Text.Json;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Training;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Models;
using ModelHub.Worker.Training.Tabular;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Worker.Training.Evaluating;

/// <summary>Challenger and champion on the same held-out rows. What cannot be compared is said so, and never counts as better.</summary>
internal sealed class EvaluateChallenger(TryModel trial, ScoreRows scores, ArtifactCache cache)
{
    /// <param name="champion">Null: the model has none.</param>
    public async Task<Evaluation> RunAsync(
        TrainingOutput output, HeldOutRows rows, EvaluationRule rule, JsonElement definition, Version? champion, ScratchFolder scratch, IProgressLog log, CancellationToken ct)
    {
        var (table, target) = Read(rows, rule, definition, ct);
        Evaluation Judged(IReadOnlyList<HeldOutFigure> figures, Verdict verdict, string reason) =>
            new(rows.TrainedRows, rows.Rows, rows.TimeColumn, rows.From, rows.Until, champion?.Number, figures, rule.Margin, verdict, reason);

        if (output.Format != ModelFormats.Onnx) return Judged([], Verdict.Inconclusive, $"the challenger is {output.Format}, and only onnx is run here");
        var (signature, _) = await trial.RunAsync(output.Model, null, log, ct);
        var challenger = await scores.OfAsync(output.Model, signature, table, target.Classes?[1], scratch, ct);
        if (challenger.Values is null) return Judged([], Verdict.Inconclusive, $"the challenger: {challenger.Reason}");
        var (old, why) = await ChampionAsync(champion, table, target.Classes?[1], scratch, ct);
        var figures = await Task.Run(() => HeldOutFigures.Of(target, challenger.Values, old, ct), ct);
        var (verdict, reason) = old is null ? (Verdict.Inconclusive, why!) : Evaluation.Judge(figures[0], rule.Margin);
        log.Line($"held out the last {rows.Rows} rows: {verdict}, {reason}");
        return Judged(figures, verdict, reason);
    }

    private async Task<(double[]? Scores, string? Why)> ChampionAsync(Version? champion, Table table, string? positive, ScratchFolder scratch, CancellationToken ct)
    {
        if (champion is null) return (null, "there is no champion to compare with");
        if (champion is not { Format: ModelFormats.Onnx, Signature: { } signature, Files.Count: <= 1 }) return (null, $"the champion is {champion.Format}, and only single onnx files are run here");
        var answered = await scores.OfAsync(await cache.GetAsync(champion.Digest, ct), signature, table, positive, scratch, ct);
        return (answered.Values, answered.Values is null ? $"the champion: {answered.Reason}" : null);
    }

    /// <summary>The truth of the held-out rows; what the classes are, the rows before tell too.</summary>
    private static (Table Table, Target Target) Read(HeldOutRows rows, EvaluationRule rule, JsonElement definition, CancellationToken ct)
    {
        var name = rule.Target ?? Text(definition, "target") ?? throw new BadInputException("evaluation.target: name the column to predict; the pipeline's definition has no field target.");
        var all = Table.Read([("train.csv", rows.Train), ("held-out.csv", rows.HeldOut)], ct);
        var whole = Target.Of(all, new TabularDefinition { Target = name, PositiveClass = rule.PositiveClass ?? Text(definition, "positiveClass") });
        var held = Table.Read([("held-out.csv", rows.HeldOut)], ct);
        return (held, whole with { Truth = whole.Truth[rows.TrainedRows..] });
    }

    private static string? Text(JsonElement definition, string field) =>
        definition.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
