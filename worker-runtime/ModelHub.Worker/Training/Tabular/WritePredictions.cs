using System.Globalization;
using ModelHub.Worker.Data;

namespace ModelHub.Worker.Training.Tabular;

/// <summary>
/// The trainer's own answers on the holdout as CSV: the model's raw input columns as they stand in the data, then
/// modelhub.label and modelhub.probability.CLASS for each class, or modelhub.prediction. Whoever serves the model can
/// send the first columns and compare the answer with the last ones.
/// </summary>
internal static class WritePredictions
{
    public static void To(TextWriter writer, Table table, TrainedModel trained)
    {
        var model = trained.Model;
        var inputs = model.Space.Numeric.Select(f => f.Column).Concat(model.Space.Categorical.Select(f => f.Column)).ToArray();
        Write(writer, [.. inputs, .. Header(model.Classes)]);
        for (var i = 0; i < trained.Holdout.Length; i++)
            Write(writer, [.. inputs.Select(name => table[name].Text(trained.Holdout[i])), .. Answer(model.Classes, trained.Predictions[i])]);
    }

    private static string[] Header(IReadOnlyList<string>? classes) => classes is null
        ? ["modelhub.prediction"]
        : ["modelhub.label", .. classes.Select(c => $"modelhub.probability.{c}")];

    private static string[] Answer(IReadOnlyList<string>? classes, double predicted) => classes is null
        ? [predicted.ToString("R", CultureInfo.InvariantCulture)]
        : [classes[predicted > 0.5 ? 1 : 0], (1 - predicted).ToString("R", CultureInfo.InvariantCulture), predicted.ToString("R", CultureInfo.InvariantCulture)];

    private static void Write(TextWriter writer, IEnumerable<string> fields)
    {
        writer.Write(string.Join(',', fields.Select(CsvText.Quoted)));
        writer.Write('\n');
    }
}
