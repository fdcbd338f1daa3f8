using System.Text.Json;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

/// <summary>The truth of one row of a request.</summary>
/// <param name="Request">The id of the request, as x-request-id told it.</param>
/// <param name="Row">Which row of the request, from 0; 0 when left out.</param>
/// <param name="Value">The name of a class, a number or a truth value.</param>
/// <param name="ObservedAt">When it was true; now when left out. Of several for one row the latest counts.</param>
internal sealed record PredictionLabelInput(string Request, int? Row, JsonElement Value, DateTimeOffset? ObservedAt);

/// <param name="Source">Who or what says so; the caller when left out.</param>
internal sealed record LabelPredictionsInput(string Model, string Environment, IReadOnlyList<PredictionLabelInput> Labels, string? Source, string? IdempotencyKey);

[MutationType]
internal static class LabelPredictions
{
    /// <summary>Says what was true of requests. A label may come before its prediction is written down, late, twice or corrected; every one is kept.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<LabelCounts, Refusal>> LabelPredictionsAsync(LabelPredictionsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(
            caller, nameof(LabelPredictions), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct),
            counts => JsonSerializer.Serialize(counts), text => Task.FromResult(JsonSerializer.Deserialize<LabelCounts>(text)!), ct);

    private static async Task<Result<LabelCounts>> RunAsync(LabelPredictionsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        return await new TakeLabels(db, caller).RunAsync(
            input.Model, input.Environment, [.. input.Labels.Take(Label.MostAtOnce + 1).Select((l, i) => GivenLabel.Of($"labels[{i}]", l.Request, l.Row, l.Value, l.ObservedAt, now))],
            input.Source, now, ct);
    }
}
