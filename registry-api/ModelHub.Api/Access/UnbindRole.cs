using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

internal sealed record UnbindRoleInput(
    [property: ID] string? User, [property: ID<ServiceToken>] ServiceTokenId? Token, Role Role,
    string Namespace = Grant.Any, string Environment = Grant.Any, string? IdempotencyKey = null);

/// <summary>There is no such binding.</summary>
internal sealed record RoleNotBound() : Refusal("The role is not bound there.");

/// <summary>Somebody must be left who can bind roles.</summary>
internal sealed record LastAdministrator() : Refusal("The last administrator keeps the role.");

[MutationType]
internal static class UnbindRole
{
    /// <summary>Takes a role away. Routers and nodes know it within a moment.</summary>
    [Authorize(nameof(Permission.Administer))]
    [PayloadField("roleBinding")]
    [Error(typeof(InvalidInput))]
    [Error(typeof(UserNotFound))]
    [Error(typeof(ServiceTokenNotFound))]
    [Error(typeof(RoleNotBound))]
    [Error(typeof(LastAdministrator))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Grant, Refusal>> UnbindRoleAsync(UnbindRoleInput input, Caller caller, ModelHubDb db, CancellationToken ct)
        => db.OnceAsync(
            caller, nameof(UnbindRole), input, input.IdempotencyKey, () => RunAsync(input, caller, db, ct),
            _ => "", _ => Task.FromResult(new Grant(input.Role, input.Namespace, input.Environment)), ct);

    private static async Task<Result<Grant>> RunAsync(UnbindRoleInput input, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if ((await Holder.FindAsync(db, input.User, input.Token, ct)).IsRefused(out var refusal, out var holder))
            return refusal;
        // The bump also makes those who take roles away wait for each other, so that two cannot remove the last two administrators.
        await db.BumpAsync(Numbered.Access, ct);
        var binding = await db.RoleBindings.SingleOrDefaultAsync(
            b => b.UserId == holder.User && b.TokenId == holder.Token && b.Role == input.Role && b.Namespace == input.Namespace && b.Environment == input.Environment, ct);
        if (binding is null)
            return new RoleNotBound();
        if (IsAdministrator(binding) && await db.RoleBindings.CountAsync(
            b => b.UserId != null && b.Role == Role.Admin && b.Namespace == Grant.Any && b.Environment == Grant.Any, ct) == 1)
            return new LastAdministrator();
        db.RoleBindings.Remove(binding);
        return await db.CommitAsync(new RoleUnbound(holder.Subject, input.Role, input.Namespace, input.Environment), caller.Actor, ct) is { } failed ? failed : binding.Grant;
    }

    private static bool IsAdministrator(RoleBinding binding)
        => binding is { UserId: not null, Role: Role.Admin, Namespace: Grant.Any, Environment: Grant.Any };
}
