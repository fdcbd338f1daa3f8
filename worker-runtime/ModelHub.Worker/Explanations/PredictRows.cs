using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Models;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Predictions.Quality;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Evaluating;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Explanations;

/// <summary>What a model predicts for each row of a table: a class with its probabilities, or a number.</summary>
internal sealed class PredictRows(AskRows ask)
{
    private const int MostAtOnce = 20_000;

    // The child may tell 16 MiB; a number takes up to 24 characters.
    private const long MostValues = 500_000;

    /// <exception cref="BadInputException">The model cannot be asked, or an answer is no prediction.</exception>
    public async Task<Predicted[]> RunAsync(string model, Signature signature, Table table, ScratchFolder scratch, CancellationToken ct)
    {
        var into = new List<Predicted>(table.Rows);
        var atOnce = AtOnce(signature);
        for (var from = 0; from < table.Rows; from += atOnce)
        {
            var rows = Enumerable.Range(from, Math.Min(atOnce, table.Rows - from)).ToList();
            using var asked = await ask.RunAsync(model, signature, table, rows, scratch, ct);
            if ((asked.Reason ?? Read(asked.Answer, rows.Count, into)) is { } failed) throw new BadInputException($"The version cannot be asked: {failed}.");
        }
        return [.. into];
    }

    public static int AtOnce(Signature signature) =>
        (int)Math.Clamp(MostValues / signature.Outputs.Sum(o => o.Shape.Skip(1).Aggregate(1L, (a, b) => a * Math.Max(b, 1))), 1, MostAtOnce);

    /// <returns>Why these are no predictions, or null.</returns>
    private static string? Read(JsonElement answer, int rows, List<Predicted> into)
    {
        var outputs = answer.GetProperty("outputs").EnumerateArray().Select(o => Output.Of(o, rows)).OfType<Output>().ToList();
        var probabilities = outputs.Find(o => o.AreProbabilities);
        var values = outputs.Find(o => o.Width == 1);
        if (probabilities is null && values is null) return "none of its outputs is one value, or a probability of each class, for each row";
        for (var row = 0; row < rows; row++)
        {
            var shares = probabilities?.Shares(row);
            var value = values?.Values[row].Text;
            // Beside probabilities a class is one of theirs; another number is something else.
            if (shares is not null && (value is null || shares.All(s => s.Key != value))) value = shares.MaxBy(s => s.Value).Key;
            if (value is null) return string.Create(CultureInfo.InvariantCulture, $"its answer to row {into.Count + 1} is no finite number");
            into.Add(new(value, shares));
        }
        return null;
    }

    /// <param name="Values">Row by row; of a number that is not finite neither is told.</param>
    private sealed record Output(string[] Classes, int Width, (string? Text, double? Number)[] Values)
    {
        public static Output? Of(JsonElement output, int rows)
        {
            var data = output.GetProperty("data");
            if (data.GetArrayLength() is var length && (length == 0 || length % rows != 0)) return null;
            var width = length / rows;
            string[] classes = output.TryGetProperty("parameters", out var parameters) && parameters.TryGetProperty("labels", out var labels) && labels.GetArrayLength() == width
                ? [.. labels.EnumerateArray().Select(l => LabelValue.Of(l.GetString()!))]
                : [.. Enumerable.Range(0, width).Select(i => LabelValue.Of(i))];
            return new(classes, width, [.. data.EnumerateArray().Select(Value)]);
        }

        public bool AreProbabilities => Width > 1 && Values.All(v => v.Number is >= 0 and <= 1) && Values.Chunk(Width).All(row => Math.Abs(row.Sum(v => v.Number!.Value) - 1) < 0.01);

        public KeyValuePair<string, double>[] Shares(int row) =>
            [.. Classes.Select((name, i) => KeyValuePair.Create(name, Values[row * Width + i].Number ?? 0)).OrderBy(p => p.Key, StringComparer.Ordinal)];

        private static (string? Text, double? Number) Value(JsonElement value) => value.ValueKind switch
        {
            JsonValueKind.Number when value.GetDouble() is var number && double.IsFinite(number) => (LabelValue.Of(number), number),
            // Numbers that JSON has no form for are written as these texts.
            JsonValueKind.String when value.GetString() is { } text && text is not ("NaN" or "Infinity" or "-Infinity") => (LabelValue.Of(text), null),
            JsonValueKind.True or JsonValueKind.False => (LabelValue.Of(value.GetBoolean()), null),
            _ => (null, null),
        };
    }
}
