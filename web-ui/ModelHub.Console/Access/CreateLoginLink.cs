using ModelHub.Console.Graph;

namespace ModelHub.Console.Access;

internal static class CreateLoginLink
{
    public static readonly Operation<Mutation<CreateLoginLinkInput>, CreateLoginLinkData> Operation = new(
        "CreateLoginLink",
        Documents.CreateLoginLink,
        GraphJson.Default.GraphRequestMutationCreateLoginLinkInput,
        GraphJson.Default.GraphResponseCreateLoginLinkData);
}

internal sealed record CreateLoginLinkInput(string User);

public sealed record CreateLoginLinkData(CreateLoginLinkPayload CreateLoginLink) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateLoginLink.Errors;
}

public sealed record CreateLoginLinkPayload(LoginLink? LoginLink, IReadOnlyList<Refusal>? Errors);

public sealed record LoginLink(string Url, DateTimeOffset ExpiresAt);
