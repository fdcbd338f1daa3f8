namespace ModelHub.Domain.Access;

public enum PrincipalKind
{
    User,
    ServiceToken,
    Node,
    Router,
}

/// <summary>Who is calling, and what they hold.</summary>
/// <param name="Scopes">What the presented token may be used for at most.</param>
public sealed record Principal(
    PrincipalKind Kind,
    string Name,
    Actor Actor,
    IReadOnlyList<Grant> Grants,
    IReadOnlyList<TokenScope> Scopes);
