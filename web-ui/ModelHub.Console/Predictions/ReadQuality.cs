using System.Text.Json;
using System.Text.Json.Serialization;
using System.Xml;
using ModelHub.Console.Elements;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Predictions;

internal static class ReadQuality
{
    public static readonly Operation<ReadQualityVariables, ReadQualityData> Operation = new(
        "ReadQuality",
        Documents.ReadQuality,
        GraphJson.Default.GraphRequestReadQualityVariables,
        GraphJson.Default.GraphResponseReadQualityData);
}

/// <param name="Quality">The number of a version; null for whichever answered.</param>
internal sealed record ReadQualityVariables(string Model, string Environment, int? Quality, DateTimeOffset From);

public sealed record ReadQualityData(QualityEndpoint? Endpoint);

public sealed record QualityEndpoint(LedgerShare? Ledger, IReadOnlyList<QualityVariant> Variants, QualityReport Quality, IReadOnlyList<MaturityPoint> LabelMaturity);

/// <param name="Share">0 to 1.</param>
public sealed record LedgerShare(double Share);

public sealed record QualityVariant([property: JsonConverter(typeof(NumberOf))] int Version, string Role);

public sealed record QualityReport(
    string? Task, long Predictions, long Labelled, string? Positive, double? Accuracy, double? Precision, double? Recall, double? F1, double? Auc, double? LogLoss, double? Brier,
    double? Calibration, double? Mae, double? Rmse, double? R2)
{
    /// <summary>What can be said, each with what a better one is.</summary>
    public IEnumerable<(string Name, string Better, double Value)> Figures =>
        from figure in new[]
        {
            ("Accuracy", "more", Accuracy), ("Precision", "more", Precision), ("Recall", "more", Recall), ("F1", "more", F1), ("AUC", "more", Auc), ("Log loss", "less", LogLoss),
            ("Brier score", "less", Brier), ("Calibration error", "less", Calibration), ("Mean absolute error", "less", Mae), ("RMSE", "less", Rmse), ("R²", "more", R2),
        }
        where figure.Item3 is not null
        select (figure.Item1, figure.Item2, figure.Item3!.Value);
}

/// <param name="Share">0 to 1; null when no prediction is that old.</param>
public sealed record MaturityPoint([property: JsonConverter(typeof(IsoSpan))] TimeSpan After, long Predictions, long Labelled, double? Share)
{
    public string Words => Show.Whole(After);
}

/// <summary>Reads <c>PT90S</c>.</summary>
internal sealed class IsoSpan : JsonConverter<TimeSpan>
{
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => XmlConvert.ToTimeSpan(reader.GetString()!);

    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(XmlConvert.ToString(value));
}
