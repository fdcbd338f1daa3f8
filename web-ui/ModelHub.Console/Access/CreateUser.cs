using ModelHub.Console.Graph;

namespace ModelHub.Console.Access;

internal static class CreateUser
{
    public static readonly Operation<Mutation<CreateUserInput>, CreateUserData> Operation = new(
        "CreateUser",
        Documents.CreateUser,
        GraphJson.Default.GraphRequestMutationCreateUserInput,
        GraphJson.Default.GraphResponseCreateUserData);
}

internal sealed record CreateUserInput(string Name, string? DisplayName);

public sealed record CreateUserData(CreateUserPayload CreateUser) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => CreateUser.Errors;
}

public sealed record CreateUserPayload(CreatedUser? User, IReadOnlyList<Refusal>? Errors);

public sealed record CreatedUser(string Id, string Name);
