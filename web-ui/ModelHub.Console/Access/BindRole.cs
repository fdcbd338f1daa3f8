using ModelHub.Console.Graph;

namespace ModelHub.Console.Access;

internal static class BindRole
{
    public static readonly Operation<Mutation<BindRoleInput>, BindRoleData> Operation = new(
        "BindRole",
        Documents.BindRole,
        GraphJson.Default.GraphRequestMutationBindRoleInput,
        GraphJson.Default.GraphResponseBindRoleData);
}

internal sealed record BindRoleInput(string User, string Role, string Namespace, string Environment);

public sealed record BindRoleData(BindRolePayload BindRole) : IRefusable
{
    IReadOnlyList<Refusal>? IRefusable.Refusals => BindRole.Errors;
}

public sealed record BindRolePayload(BoundRole? RoleBinding, IReadOnlyList<Refusal>? Errors);

public sealed record BoundRole(string Role);
