using System.Text.Json;
using ModelHub.Api.Models;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

[ObjectType<Prediction>(Only = [
    nameof(Prediction.RequestId), nameof(Prediction.At), nameof(Prediction.LatencyMs), nameof(Prediction.Status), nameof(Prediction.Outcome), nameof(Prediction.Rows), nameof(Prediction.Omitted)],
    Wide = [nameof(Prediction.Inputs), nameof(Prediction.Outputs)])]
[Authorize(nameof(Permission.Read))]
internal static class PredictionFields
{
    [ID]
    public static Guid GetId([Parent] Prediction prediction) => prediction.Id.Value;

    public static async Task<Version?> GetVersionAsync([Parent] Prediction prediction, VersionById versions, CancellationToken ct)
        => await versions.LoadAsync(prediction.VersionId, ct);

    /// <summary>One object of named inputs per row, without what is redacted; null when left out.</summary>
    [Reads(nameof(Prediction.Inputs))]
    public static JsonElement? GetInputs([Parent] Prediction prediction) => Json(prediction.Inputs);

    /// <summary>One object of named outputs per row; null without an answer, or when left out.</summary>
    [Reads(nameof(Prediction.Outputs))]
    public static JsonElement? GetOutputs([Parent] Prediction prediction) => Json(prediction.Outputs);

    /// <summary>All that arrived for its request, duplicates and corrections too.</summary>
    public static Task<IReadOnlyList<Label>> GetLabelsAsync([Parent] Prediction prediction, LabelsOfRequest labels, CancellationToken ct)
        => labels.LoadAsync((prediction.EndpointId, prediction.RequestId), ct);

    private static JsonElement? Json(string? text) => text is null ? null : JsonSerializer.Deserialize<JsonElement>(text);
}

[ObjectType<Label>(Name = "PredictionLabel", Only = [nameof(Label.Row), nameof(Label.Value), nameof(Label.ObservedAt), nameof(Label.ArrivedAt), nameof(Label.Source)])]
[Authorize(nameof(Permission.Read))]
internal static class LabelFields;
