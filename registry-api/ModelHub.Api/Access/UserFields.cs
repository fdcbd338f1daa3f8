namespace ModelHub.Api.Access;

internal sealed class BindingsOfUser(IDbContextFactory<ModelHubDb> factory) : ManyBy<UserId, RoleBinding>(factory, binding => binding.UserId!.Value)
{
    protected override IQueryable<RoleBinding> From(IQueryable<RoleBinding> rows) => rows.OrderBy(binding => binding.CreatedAt);
}

internal sealed class BindingsOfToken(IDbContextFactory<ModelHubDb> factory) : ManyBy<ServiceTokenId, RoleBinding>(factory, binding => binding.TokenId!.Value)
{
    protected override IQueryable<RoleBinding> From(IQueryable<RoleBinding> rows) => rows.OrderBy(binding => binding.CreatedAt);
}

internal sealed class UserById(IDbContextFactory<ModelHubDb> factory) : ById<UserId, User>(factory, user => user.Id);

internal sealed class ServiceTokenById(IDbContextFactory<ModelHubDb> factory) : ById<ServiceTokenId, ServiceToken>(factory, token => token.Id);

[ObjectType<User>(Only = [nameof(User.Id), nameof(User.Name), nameof(User.DisplayName), nameof(User.CreatedAt), nameof(User.Revision)])]
[Authorize(nameof(Permission.Administer))]
internal static class UserFields
{
    [NodeResolver]
    public static Task<User?> GetAsync(UserId id, UserById users, CancellationToken ct) => users.LoadAsync(id, ct);

    public static async Task<IReadOnlyList<Grant>> GetBindingsAsync([Parent] User user, BindingsOfUser bindings, CancellationToken ct)
        => [.. (await bindings.LoadAsync(user.Id, ct)).Select(binding => binding.Grant)];
}

/// <summary>A token for a program. Its secret is shown once, when it is made.</summary>
[ObjectType<ServiceToken>(Only = [
    nameof(ServiceToken.Id), nameof(ServiceToken.Name), nameof(ServiceToken.Scopes), nameof(ServiceToken.CreatedBy), nameof(ServiceToken.CreatedAt),
    nameof(ServiceToken.ExpiresAt), nameof(ServiceToken.RevokedAt), nameof(ServiceToken.LastUsedAt), nameof(ServiceToken.Limit), nameof(ServiceToken.Revision)])]
[Authorize(nameof(Permission.Administer))]
internal static class ServiceTokenFields
{
    [NodeResolver]
    public static Task<ServiceToken?> GetAsync(ServiceTokenId id, ServiceTokenById tokens, CancellationToken ct) => tokens.LoadAsync(id, ct);

    public static async Task<IReadOnlyList<Grant>> GetBindingsAsync([Parent] ServiceToken token, BindingsOfToken bindings, CancellationToken ct)
        => [.. (await bindings.LoadAsync(token.Id, ct)).Select(binding => binding.Grant)];
}

[QueryType]
[Authorize(nameof(Permission.Administer))]
internal static class AccessQueries
{
    private const int MaxListed = 1000;

    /// <summary>The users, by name; at most 1000.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<User>> GetUsersAsync(Caller caller, ModelHubDb db, CancellationToken ct)
    {
        caller.DemandAdministrator();
        return await db.Users.AsNoTracking().OrderBy(user => user.Name).Take(MaxListed).ToListAsync(ct);
    }

    /// <summary>The service tokens, the newest first; at most 1000. Console sessions are not listed.</summary>
    [ListSize(AssumedSize = 20)]
    public static async Task<IReadOnlyList<ServiceToken>> GetServiceTokensAsync(Caller caller, ModelHubDb db, CancellationToken ct)
    {
        caller.DemandAdministrator();
        return await db.ServiceTokens.AsNoTracking().Where(token => token.Kind == TokenKind.Service)
            .OrderByDescending(token => token.CreatedAt).Take(MaxListed).ToListAsync(ct);
    }

    // An administrator of one namespace holds the permission somewhere, yet users and tokens belong to all.
    internal static void DemandAdministrator(this Caller caller)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            Once.Shown(new NotPermitted());
    }
}
