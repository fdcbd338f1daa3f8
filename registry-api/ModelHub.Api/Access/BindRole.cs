using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

/// <summary>A role for a user or for a service token, of which exactly one is named.</summary>
/// <param name="User">Id or name.</param>
/// <param name="Namespace">* or a prefix of model names by whole parts.</param>
/// <param name="Environment">* or a name.</param>
internal sealed record BindRoleInput(
    [property: ID] string? User, [property: ID<ServiceToken>] ServiceTokenId? Token, Role Role,
    string Namespace = Grant.Any, string Environment = Grant.Any, string? IdempotencyKey = null);

[MutationType]
internal static class BindRole
{
    /// <summary>Gives a role. Routers and nodes know it within a moment.</summary>
    [Authorize(nameof(Permission.Administer))]
    [PayloadField("roleBinding")]
    [Error(typeof(InvalidInput))]
    [Error(typeof(UserNotFound))]
    [Error(typeof(ServiceTokenNotFound))]
    [Error(typeof(NameTaken))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Grant, Refusal>> BindRoleAsync(BindRoleInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(BindRole), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), _ => "", _ => Task.FromResult(input.Grant()), ct);

    private static Grant Grant(this BindRoleInput input) => new(input.Role, input.Namespace, input.Environment);

    private static async Task<Result<Grant>> RunAsync(BindRoleInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if ((await Holder.FindAsync(db, input.User, input.Token, ct)).IsRefused(out var refusal, out var holder))
            return refusal;
        var grant = input.Grant();
        var bound = holder.User is { } user
            ? RoleBinding.Bind(user, grant, caller.Actor, time.GetUtcNow())
            : RoleBinding.Bind(holder.Token!.Value, grant, caller.Actor, time.GetUtcNow());
        if (bound.IsRefused(out refusal, out var binding))
            return refusal;
        db.RoleBindings.Add(binding);
        await db.BumpAsync(Numbered.Access, ct);
        return await db.CommitAsync(new RoleBound(holder.Subject, grant.Role, grant.Namespace, grant.Environment), caller.Actor, ct) is { } taken ? taken : grant;
    }
}
