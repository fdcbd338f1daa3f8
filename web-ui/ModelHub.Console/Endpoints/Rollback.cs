using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Endpoints;

internal static class Rollback
{
    public static readonly Operation<Mutation<RollbackInput>, RollbackData> Operation = new(
        "Rollback",
        Documents.Rollback,
        GraphJson.Default.GraphRequestMutationRollbackInput,
        GraphJson.Default.GraphResponseRollbackData);
}

internal sealed record RollbackInput(string Model, string Environment, int? ToVersion, long ExpectedRevision, string IdempotencyKey);

public sealed record RollbackData(RollbackPayload Rollback) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => Rollback.Errors;
}

public sealed record RollbackPayload(RollbackOutcome? Rollback, IReadOnlyList<Refusal>? Errors);

public sealed record RollbackOutcome([property: JsonConverter(typeof(NumberOf))] int From, [property: JsonConverter(typeof(NumberOf))] int To, double? TimeToSafetyMs);
