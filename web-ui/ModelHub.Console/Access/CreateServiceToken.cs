using ModelHub.Console.Graph;

namespace ModelHub.Console.Access;

internal static class CreateServiceToken
{
    public static readonly Operation<Mutation<CreateServiceTokenInput>, CreateServiceTokenData> Operation = new(
        "CreateServiceToken",
        Documents.CreateServiceToken,
        GraphJson.Default.GraphRequestMutationCreateServiceTokenInput,
        GraphJson.Default.GraphResponseCreateServiceTokenData);
}

internal sealed record CreateServiceTokenInput(string Name, IReadOnlyList<string> Scopes, IReadOnlyList<RoleBinding> Bindings, int ExpiresInDays);

public sealed record CreateServiceTokenData(CreateServiceTokenPayload CreateServiceToken) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateServiceToken.Errors;
}

public sealed record CreateServiceTokenPayload(CreatedToken? ServiceToken, string? Secret, IReadOnlyList<Refusal>? Errors);

public sealed record CreatedToken(string Id, string Name);
