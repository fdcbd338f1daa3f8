using ModelHub.Console.Graph;

namespace ModelHub.Console.Models;

internal static class CreateModel
{
    public static readonly Operation<Mutation<CreateModelInput>, CreateModelData> Operation = new(
        "CreateModel",
        Documents.CreateModel,
        GraphJson.Default.GraphRequestMutationCreateModelInput,
        GraphJson.Default.GraphResponseCreateModelData);
}

internal sealed record CreateModelInput(string Name, string? Description, string? Owner, string IdempotencyKey);

public sealed record CreateModelData(CreateModelPayload CreateModel) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateModel.Errors;
}

public sealed record CreateModelPayload(NameOnly? Model, IReadOnlyList<Refusal>? Errors);
