using System.Text.Json.Nodes;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Environments;

/// <summary>What can be done about environments; each gives the name of what was changed.</summary>
internal static class ChangeEnvironments
{
    public static readonly Operation<Mutation<CreateEnvironmentInput>, CreateEnvironmentData> Create = new(
        "CreateEnvironment", Documents.CreateEnvironment, GraphJson.Default.GraphRequestMutationCreateEnvironmentInput, GraphJson.Default.GraphResponseCreateEnvironmentData);

    public static readonly Operation<Mutation<MoveEnvironmentInput>, MoveEnvironmentData> Move = new(
        "MoveEnvironment", Documents.MoveEnvironment, GraphJson.Default.GraphRequestMutationMoveEnvironmentInput, GraphJson.Default.GraphResponseMoveEnvironmentData);

    public static readonly Operation<Mutation<UpdatePolicyInput>, UpdatePolicyData> UpdatePolicy = new(
        "UpdateEnvironmentPolicy", Documents.UpdateEnvironmentPolicy, GraphJson.Default.GraphRequestMutationUpdatePolicyInput, GraphJson.Default.GraphResponseUpdatePolicyData);
}

internal sealed record CreateEnvironmentInput(string Name, int Rank, JsonNode? Policy, string IdempotencyKey);

internal sealed record MoveEnvironmentInput(string Environment, int Rank, long ExpectedRevision, string IdempotencyKey);

internal sealed record UpdatePolicyInput(string Environment, JsonNode Policy, string? Reason, long ExpectedRevision, string IdempotencyKey);

public sealed record ChangedEnvironment(string Name, int PolicyNumber);

public sealed record EnvironmentPayload(ChangedEnvironment? Environment, IReadOnlyList<Refusal>? Errors);

public sealed record CreateEnvironmentData(EnvironmentPayload CreateEnvironment) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateEnvironment.Errors;
}

public sealed record MoveEnvironmentData(EnvironmentPayload MoveEnvironment) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => MoveEnvironment.Errors;
}

public sealed record UpdatePolicyData(EnvironmentPayload UpdateEnvironmentPolicy) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => UpdateEnvironmentPolicy.Errors;
}
