using System.Globalization;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Tabular.Onnx;
using TrainerKind = ModelHub.Domain.Training.Trainer;

namespace ModelHub.Worker.Training.Tabular;

/// <summary>The tabular trainer behind the common contract: CSV in; model.onnx, metrics and predictions.csv out.</summary>
internal sealed class BuiltInTrainer : ITrainer
{
    public TrainerKind Kind => TrainerKind.BuiltIn;

    public Task<TrainingOutput> TrainAsync(TrainingInput input, IProgressLog log, CancellationToken ct) => Task.Run(() => Train(input, log, ct), ct);

    private static TrainingOutput Train(TrainingInput input, IProgressLog log, CancellationToken ct)
    {
        var definition = TabularDefinition.Parse(input.Definition, null);
        if (input.Files.FirstOrDefault(f => !f.Name.EndsWith(".csv", StringComparison.OrdinalIgnoreCase)) is { Name: { } other })
            throw new BadInputException($"{other}: the built-in trainer reads .csv files only.");
        if (input.HeldOut?.TimeColumn is { } time && definition.Features is null && !definition.Exclude.Contains(time)) definition = definition with { Exclude = [.. definition.Exclude, time] };
        var table = Table.Read(input.HeldOut is { } held ? [.. input.Files, ("held-out.csv", held.HeldOut)] : input.Files, ct);
        log.Progress(0.05, $"read {table.Rows} rows of {table.Columns.Count} columns from {input.Files.Count} file(s)");

        var parent = input.ParentModel is { } path ? ReadCoefficients.From(path) : null;
        if (input.ParentModel is not null && parent is null) log.Line("the parent is not of the built-in trainer: starting from zero");
        var trained = TrainTabular.Run(table, definition, parent, (share, line) => log.Progress(share, line), ct, input.HeldOut?.Rows);

        var model = input.Scratch.File("model.onnx");
        File.WriteAllBytes(model, WriteOnnx.Of(trained.Model));
        var predictions = input.Scratch.File("predictions.csv");
        using (var writer = new StreamWriter(predictions)) WritePredictions.To(writer, table, trained);
        var chosen = new Dictionary<string, string>
        {
            ["lambda"] = trained.Lambda.ToString("R", CultureInfo.InvariantCulture),
            ["rows"] = table.Rows.ToString(CultureInfo.InvariantCulture),
            ["warmStart"] = parent is not null && definition.WarmStart ? "true" : "false",
        };
        return new(model, "onnx", trained.Metrics, chosen, predictions);
    }
}
