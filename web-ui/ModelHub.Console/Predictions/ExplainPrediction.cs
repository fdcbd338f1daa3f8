using System.Text.Json;
using ModelHub.Console.Elements;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Predictions;

internal static class ExplainPrediction
{
    public static readonly Operation<ExplainPredictionVariables, ExplainPredictionData> Operation = new(
        "ExplainPrediction",
        Documents.ExplainPrediction,
        GraphJson.Default.GraphRequestExplainPredictionVariables,
        GraphJson.Default.GraphResponseExplainPredictionData);
}

internal sealed record ExplainPredictionVariables(string Model, string Environment, string Prediction, int PredictionRow);

public sealed record ExplainPredictionData(PredictionExplanation? ExplainPrediction);

public sealed record PredictionExplanation(int Version, string Method, string Space, int Permutations, int BackgroundRows, string BackgroundOf, IReadOnlyList<ExplainedAnswer> Answers)
{
    /// <summary>How it was found, in a line.</summary>
    public string How => $"{(Method == "LINEAR" ? "Exact, as the model is linear" : $"Sampled over {Show.Count(Permutations)} orders of the columns")}, against {Show.Count(BackgroundRows)} {(BackgroundOf switch
    {
        "ROWS" => "rows of the data that v",
        "MIXED" => "rows, in part put together column by column, of the data that v",
        _ => "rows put together column by column from the data that v",
    })}{Version} was made from.";
}

public sealed record ExplainedAnswer(string Output, string? Class, double Prediction, double Base, IReadOnlyList<ColumnShare> Columns)
{
    public string Name => Class is null ? Output : $"{Output} {Class}";

    /// <summary>The largest first.</summary>
    public IEnumerable<ColumnShare> Sorted => Columns.OrderByDescending(c => Math.Abs(c.Phi)).ThenBy(c => c.Column, StringComparer.Ordinal);

    public double Largest => Columns.Max(c => Math.Abs(c.Phi));
}

public sealed record ColumnShare(string Column, JsonElement Value, double Phi, double? StandardError)
{
    public string Shown => Value.ValueKind == JsonValueKind.Number ? Show.Number(Value.GetDouble()) : Value.ToString();

    public string Words => $"{(Phi < 0 ? "−" : "+")}{Show.Number(Math.Abs(Phi))}";

    /// <summary>Of a bar that begins in the middle: where, and how far it goes, in percent.</summary>
    public (double From, double Wide) Bar(double largest) => largest > 0 && 50 * Math.Abs(Phi) / largest is var wide ? (Phi < 0 ? 50 - wide : 50, wide) : (50, 0);
}
