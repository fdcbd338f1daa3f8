using System.Text.Json;
using ModelHub.Api.Operations;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Api.Training;

[ObjectType<TrainingTrial>(Only = [
    nameof(TrainingTrial.Number), nameof(TrainingTrial.State), nameof(TrainingTrial.Rung), nameof(TrainingTrial.Results), nameof(TrainingTrial.Metric),
    nameof(TrainingTrial.RequestedAt), nameof(TrainingTrial.StartedAt), nameof(TrainingTrial.EndedAt), nameof(TrainingTrial.Failure)],
    Wide = [nameof(TrainingTrial.Parameters), nameof(TrainingTrial.Results), nameof(TrainingTrial.Failure)])]
[Authorize(nameof(Permission.Read))]
internal static class TrialFields
{
    /// <summary>The settings that were drawn: a JSON object.</summary>
    [Reads(nameof(TrainingTrial.Parameters))]
    public static JsonElement GetParameters([Parent] TrainingTrial trial) => JsonSerializer.Deserialize<JsonElement>(trial.Parameters);

    /// <summary>The operation of the rung it has begun last.</summary>
    public static async Task<Operation> GetOperationAsync([Parent] TrainingTrial trial, OperationById operations, CancellationToken ct)
        => (await operations.LoadAsync(trial.OperationId, ct))!;

    /// <summary>What was printed at the rung it has begun last: at most 500 lines after the given one.</summary>
    [ListSize(AssumedSize = 50)]
    public static Task<IReadOnlyList<LogLine>> GetLogAsync([Parent] TrainingTrial trial, LogOfOperation log, CancellationToken ct, long after = 0)
        => log.LoadAsync((trial.OperationId, after), ct);
}
