namespace ModelHub.Domain.Access;

/// <summary>What a permission is asked for.</summary>
/// <param name="Model">A full model (or dataset, pipeline) name; null when it is about none.</param>
/// <param name="Environment">An environment's name; null when it is about none.</param>
/// <param name="Anywhere">Any one grant will do, whatever it is bound to: for lists, whose rows are filtered one by one.</param>
public readonly record struct Place(string? Model, string? Environment, bool Anywhere = false)
{
    /// <summary>Asks for a grant that is bound to nothing.</summary>
    public static readonly Place Everywhere = new(null, null);

    public static readonly Place Somewhere = new(null, null, Anywhere: true);

    public static Place Of(string model) => new(model, null);

    public static Place In(string model, string environment) => new(model, environment);
}

/// <summary>The one decision about access. What no grant and no scope allows is forbidden.</summary>
public static class Permits
{
    public static bool To(Principal principal, Permission permission, Place place) =>
        principal.Scopes.Any(s => Covers(s, permission))
        && principal.Grants.Any(g => Covers(g.Role, permission) && Covers(g, place));

    /// <summary>The roles held at a place.</summary>
    public static IReadOnlyList<Role> RolesAt(Principal principal, Place place) =>
        [.. principal.Grants.Where(g => Covers(g, place)).Select(g => g.Role).Distinct()];

    /// <summary>The namespaces whose rows may be shown; one of them <c>*</c> means all.</summary>
    public static IReadOnlyList<string> Namespaces(Principal principal, Permission permission) =>
        principal.Scopes.Any(s => Covers(s, permission))
            ? [.. principal.Grants.Where(g => Covers(g.Role, permission)).Select(g => g.Namespace).Distinct()]
            : [];

    /// <summary><c>risk</c> covers <c>risk</c>, <c>risk.credit-scoring</c> and <c>risk.eu.cards</c>, never <c>risky.model</c>.</summary>
    public static bool CoversName(string @namespace, string name) =>
        @namespace == Grant.Any
        || name == @namespace
        || (name.Length > @namespace.Length && name[@namespace.Length] == '.' && name.StartsWith(@namespace, StringComparison.Ordinal));

    public static bool Covers(Role role, Permission permission) => (role, permission) switch
    {
        (Role.Admin, _) => true,
        (_, Permission.Read) => true,
        (Role.Contributor or Role.Operator, Permission.Write or Permission.RequestPromotion or Permission.Infer) => true,
        (Role.Approver, Permission.Approve) => true,
        (Role.Operator, Permission.Operate) => true,
        _ => false,
    };

    public static bool Covers(TokenScope scope, Permission permission) => (scope, permission) switch
    {
        (TokenScope.Admin, _) => true,
        (TokenScope.Read, Permission.Read) => true,
        (TokenScope.Write, Permission.Read or Permission.Write or Permission.RequestPromotion or Permission.Approve or Permission.Operate) => true,
        (TokenScope.Infer, Permission.Infer) => true,
        _ => false,
    };

    private static bool Covers(Grant grant, Place place)
    {
        if (place.Anywhere)
            return true;
        if (place.Model is null && place.Environment is null)
            return grant is { Namespace: Grant.Any, Environment: Grant.Any };
        return (place.Model is null ? grant.Namespace == Grant.Any : CoversName(grant.Namespace, place.Model))
            && (place.Environment is null || grant.Environment == Grant.Any || grant.Environment == place.Environment);
    }
}
