namespace ModelHub.Api.Access;

internal static class FindToken
{
    // A worker validates and trains whatever there is.
    private static readonly Grant[] WorkerGrants = [new Grant(Role.Contributor, Grant.Any, Grant.Any)];

    /// <summary>Null when there is none of this id, or it is revoked or expired.</summary>
    public static async Task<Known?> Async(ModelHubDb db, string keyId, DateTimeOffset now, CancellationToken ct)
    {
        var token = await db.ServiceTokens.AsNoTracking().Include(t => t.User).SingleOrDefaultAsync(t => t.KeyId == keyId, ct);
        if (token is null || !token.IsValid(now))
            return null;
        var principal = token.Kind switch
        {
            TokenKind.Session => new Principal(PrincipalKind.User, token.User!.Name, Actor.User(token.User.Name), await OfUserAsync(db, token.UserId!.Value, ct), token.Scopes),
            TokenKind.Worker => new Principal(PrincipalKind.ServiceToken, token.Name, Actor.System("worker"), WorkerGrants, token.Scopes),
            _ => new Principal(PrincipalKind.ServiceToken, token.Name, Actor.Token(token.Name, token.Person), await OfTokenAsync(db, token.Id, ct), token.Scopes),
        };
        return new Known(new Caller(principal, token.UserId?.Value ?? token.Id.Value, token.ExpiresAt, Secret.TokenPrefix + keyId), token.Hash);
    }

    private static async Task<IReadOnlyList<Grant>> OfUserAsync(ModelHubDb db, UserId user, CancellationToken ct)
        => [.. (await db.RoleBindings.AsNoTracking().Where(b => b.UserId == user).ToListAsync(ct)).Select(b => b.Grant)];

    private static async Task<IReadOnlyList<Grant>> OfTokenAsync(ModelHubDb db, ServiceTokenId token, CancellationToken ct)
        => [.. (await db.RoleBindings.AsNoTracking().Where(b => b.TokenId == token).ToListAsync(ct)).Select(b => b.Grant)];
}

internal static class FindPeer
{
    /// <summary>Nodes and routers hold no role: they may do only what a route grants their kind.</summary>
    public static async Task<Known?> Async(ModelHubDb db, string keyId, CancellationToken ct)
    {
        if (await db.Nodes.AsNoTracking().SingleOrDefaultAsync(n => n.KeyId == keyId, ct) is { } node)
            return Of(PrincipalKind.Node, node.Name, node.Id.Value, node.KeyHash, keyId);
        return await db.Routers.AsNoTracking().SingleOrDefaultAsync(r => r.KeyId == keyId, ct) is { } router
            ? Of(PrincipalKind.Router, router.Name, router.Id.Value, router.KeyHash, keyId)
            : null;
    }

    private static Known Of(PrincipalKind kind, string name, Guid id, byte[] hash, string keyId)
        => new(new Caller(new Principal(kind, name, Actor.System($"{kind.ToString().ToLowerInvariant()}:{name}"), [], []), id, DateTimeOffset.MaxValue, Secret.NodePrefix + keyId), hash);
}
