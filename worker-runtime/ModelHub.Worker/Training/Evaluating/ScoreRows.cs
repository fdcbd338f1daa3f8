using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Models;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Training.Evaluating;

/// <summary>What a model answers to the rows of a table, or why it cannot be asked.</summary>
internal sealed record Scores(double[]? Values, string? Reason);

/// <summary>Runs an ONNX model over a table in a child process, as validation does: nobody knows what a model does to its process.</summary>
internal sealed class ScoreRows(AskRows ask)
{
    private const int AtOnce = 20_000;

    /// <param name="positive">The class whose probability is asked for; null for a regression.</param>
    public async Task<Scores> OfAsync(string model, Signature signature, Table table, string? positive, ScratchFolder scratch, CancellationToken ct)
    {
        if (Output(signature, positive) is not { } output)
            return new(null, positive is null ? "none of its outputs is one number for each row" : $"its outputs do not tell the probability of \"{positive}\"");
        var values = new List<double>(table.Rows);
        for (var from = 0; from < table.Rows; from += AtOnce)
        {
            var rows = Enumerable.Range(from, Math.Min(AtOnce, table.Rows - from)).ToList();
            using var asked = await ask.RunAsync(model, signature, table, rows, scratch, ct);
            if ((asked.Reason ?? Read(asked.Answer, output, rows.Count, values)) is { } failed) return new(null, failed);
        }
        return new([.. values], null);
    }

    private sealed record Wanted(string Name, int Column, int Width);

    private static Wanted? Output(Signature signature, string? positive)
    {
        foreach (var output in signature.Outputs.Where(o => o.Datatype is "FP32" or "FP64"))
        {
            if (positive is not null && output.Labels is { } labels && labels.ToList().IndexOf(positive) is >= 0 and var column) return new(output.Name, column, labels.Count);
            if (output.Shape is [_] or [_, 1]) return new(output.Name, 0, 1);
        }
        return null;
    }

    private static string? Read(JsonElement answer, Wanted wanted, int rows, List<double> values)
    {
        var output = answer.GetProperty("outputs").EnumerateArray().FirstOrDefault(o => o.GetProperty("name").ValueEquals(wanted.Name));
        var data = output.ValueKind == JsonValueKind.Object ? output.GetProperty("data") : default;
        if (data.ValueKind != JsonValueKind.Array || data.GetArrayLength() != rows * wanted.Width)
            return $"its output '{wanted.Name}' is not one row for each that was asked";
        var at = 0;
        foreach (var value in data.EnumerateArray())
        {
            if (at++ % wanted.Width != wanted.Column) continue;
            var number = value.ValueKind == JsonValueKind.Number ? value.GetDouble() : double.NaN;
            if (!double.IsFinite(number)) return string.Create(CultureInfo.InvariantCulture, $"its answer to row {values.Count + 1} is no finite number");
            values.Add(number);
        }
        return null;
    }
}
