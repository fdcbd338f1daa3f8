namespace ModelHub.Api.Access;

/// <summary>Who is calling, and what they hold.</summary>
internal sealed record PrincipalView(PrincipalKind Kind, string Name, IReadOnlyList<Grant> Bindings, IReadOnlyList<TokenScope> Scopes, DateTimeOffset ExpiresAt);

[ObjectType<PrincipalView>(Name = "Principal")]
[Authorize(Rules.SignedIn)]
internal static class PrincipalFields;

/// <summary>A role, where it holds.</summary>
[ObjectType<Grant>(Name = "RoleBinding", Only = [nameof(Grant.Role), nameof(Grant.Namespace), nameof(Grant.Environment)])]
[Authorize(Rules.SignedIn)]
internal static class GrantFields;

[QueryType]
internal static class Me
{
    /// <summary>The caller.</summary>
    [Authorize(Rules.SignedIn)]
    public static PrincipalView GetMe(Caller caller)
        => new(caller.Principal.Kind, caller.Principal.Name, caller.Principal.Grants, caller.Principal.Scopes, caller.ExpiresAt);
}
