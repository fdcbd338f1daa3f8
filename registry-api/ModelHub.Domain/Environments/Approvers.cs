using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Environments;

/// <summary>Whose approval counts, among those whose role lets them approve: who holds one of the roles, or is named.</summary>
/// <param name="Roles">Held at the model in the environment.</param>
/// <param name="Names">As events write them: <c>user:ada</c>, <c>token:release-bot</c>.</param>
public sealed record Approvers(IReadOnlyList<Role> Roles, IReadOnlyList<string> Names)
{
    public const int MaxNames = 100;

    public bool Include(Actor actor, IReadOnlyList<Role> rolesThere) =>
        Roles.Any(rolesThere.Contains) || Names.Contains(actor.Value);

    public Refusal? Check()
    {
        if (Roles.Count + Names.Count == 0)
            return new InvalidInput("policy.approvers", "a role or a name; leave it out to let everybody who may approve");
        if (Names.Count > MaxNames)
            return new InvalidInput("policy.approvers.names", $"at most {MaxNames}");
        if (Roles.Any(role => !Permits.Covers(role, Permission.Approve)))
            return new InvalidInput("policy.approvers.roles", "roles that may approve: APPROVER, ADMIN");
        return Names.All(IsName) ? null : new InvalidInput("policy.approvers.names", "user:NAME or token:NAME");
    }

    private static bool IsName(string name) =>
        name.Split(':') is ["user" or "token", var rest] && EntityName.Parse("name", rest).Refusal is null;
}
