using ModelHub.Protocol;
using Grant = ModelHub.Protocol.Grant;

namespace ModelHub.Api.Control;

/// <summary>Reads who may call a model.</summary>
internal static class ReadKeys
{
    public static async Task<AccessKey[]> OfCallersAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var bindings = await db.RoleBindings.AsNoTracking().ToListAsync(ct);
        var ofUser = bindings.Where(b => b.UserId is not null).ToLookup(b => b.UserId!.Value);
        var ofToken = bindings.Where(b => b.TokenId is not null).ToLookup(b => b.TokenId!.Value);
        var tokens = await db.ServiceTokens.AsNoTracking().Where(t => t.RevokedAt == null && t.ExpiresAt > now && t.Kind != TokenKind.Worker).ToListAsync(ct);
        return
        [
            .. from token in tokens
               let held = token.UserId is { } user ? ofUser[user] : ofToken[token.Id]
               let operates = token.Scopes.Any(scope => Permits.Covers(scope, Permission.Operate))
               // A good key without a grant is told so (403), not taken for a stranger's (401).
               let grants = token.Scopes.Any(scope => Permits.Covers(scope, Permission.Infer))
                   ? held.Where(b => Permits.Covers(b.Role, Permission.Infer)).Select(b => new Grant(b.Namespace, b.Environment, operates && Permits.Covers(b.Role, Permission.Operate))).Distinct().ToArray()
                   : []
               orderby token.KeyId
               select new AccessKey(token.KeyId, Convert.ToHexStringLower(token.Hash), grants, token.ExpiresAt, Limit(token.Limit)),
        ];
    }

    public static async Task<AccessKey[]> OfRoutersAsync(ModelHubDb db, CancellationToken ct)
        => [.. (await db.Routers.AsNoTracking().OrderBy(r => r.KeyId).Select(r => new { r.KeyId, r.KeyHash }).ToListAsync(ct))
            .Select(r => new AccessKey(r.KeyId, Convert.ToHexStringLower(r.KeyHash), ControlTables.Everything))];

    /// <summary>Workers run batches on nodes; they call no router.</summary>
    public static async Task<AccessKey[]> OfWorkersAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
        => [.. (await db.ServiceTokens.AsNoTracking().Where(t => t.Kind == TokenKind.Worker && t.RevokedAt == null && t.ExpiresAt > now)
            .OrderBy(t => t.KeyId).Select(t => new { t.KeyId, t.Hash, t.ExpiresAt }).ToListAsync(ct))
            .Select(t => new AccessKey(t.KeyId, Convert.ToHexStringLower(t.Hash), ControlTables.Everything, t.ExpiresAt))];

    public static Protocol.RateLimit? Limit(Domain.Access.RateLimit? limit) => limit is null ? null : new(limit.PerSecond, limit.Burst);
}
