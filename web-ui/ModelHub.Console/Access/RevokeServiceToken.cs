using ModelHub.Console.Graph;

namespace ModelHub.Console.Access;

internal static class RevokeServiceToken
{
    public static readonly Operation<Mutation<RevokeServiceTokenInput>, RevokeServiceTokenData> Operation = new(
        "RevokeServiceToken",
        Documents.RevokeServiceToken,
        GraphJson.Default.GraphRequestMutationRevokeServiceTokenInput,
        GraphJson.Default.GraphResponseRevokeServiceTokenData);
}

internal sealed record RevokeServiceTokenInput(string Id);

public sealed record RevokeServiceTokenData(RevokeServiceTokenPayload RevokeServiceToken) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => RevokeServiceToken.Errors;
}

public sealed record RevokeServiceTokenPayload(IdOnly? ServiceToken, IReadOnlyList<Refusal>? Errors);
