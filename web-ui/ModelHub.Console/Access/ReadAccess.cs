using ModelHub.Console.Graph;

namespace ModelHub.Console.Access;

internal static class ReadAccess
{
    public static readonly Operation<NoVariables, ReadAccessData> Operation = new(
        "ReadAccess",
        Documents.ReadAccess,
        GraphJson.Default.GraphRequestNoVariables,
        GraphJson.Default.GraphResponseReadAccessData);
}

public sealed record ReadAccessData(IReadOnlyList<UserRow> Users, IReadOnlyList<TokenRow> ServiceTokens);

public sealed record UserRow(string Id, string Name, string? DisplayName, DateTimeOffset? CreatedAt, IReadOnlyList<RoleBinding> Bindings);

public sealed record TokenRow(
    string Id, string Name, IReadOnlyList<string> Scopes, DateTimeOffset? CreatedAt, DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt,
    DateTimeOffset? RevokedAt, IReadOnlyList<RoleBinding> Bindings);
