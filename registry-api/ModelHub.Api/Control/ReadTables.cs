using System.Collections.Immutable;
using ModelHub.Protocol;
using Grant = ModelHub.Protocol.Grant;
using PlacementState = ModelHub.Domain.Rollouts.PlacementState;
using ProtocolRole = ModelHub.Protocol.VariantRole;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Api.Control;

/// <summary>Reads what peers are told together with its numbers, in one snapshot; what has kept its number is not read again.</summary>
internal static class ReadTables
{
    public static Task<ControlTables> Async(ModelHubDb db, ControlTables last, DateTimeOffset now, CancellationToken ct)
        => db.InSnapshotAsync(async (revisions, token) =>
        {
            var routes = revisions.Routes == last.Revisions.Routes ? last.Routes : new Routes(revisions.Routes, await RoutesAsync(db, token));
            var assignments = revisions.Assignments == last.Revisions.Assignments ? last.AssignmentsOf : await AssignmentsAsync(db, token);
            if (revisions.Access == last.Revisions.Access)
                return new ControlTables(revisions, routes, assignments, last.Keys, last.RouterKeys);
            return new ControlTables(revisions, routes, assignments, await KeysAsync(db, now, token), await RouterKeysAsync(db, token));
        }, ct);

    private static async Task<RouteEndpoint[]> RoutesAsync(ModelHubDb db, CancellationToken ct)
    {
        var variants = await db.Variants.AsNoTracking().Where(v => v.ValidTo == null)
            .Select(v => new
            {
                v.Id,
                v.EndpointId,
                v.VersionId,
                v.Version.Number,
                v.Role,
                v.Weight,
                v.SamplingPercent,
                Environment = v.Endpoint.Environment.Name,
                Model = v.Endpoint.Model.Name,
            }).ToListAsync(ct);
        var holders = (await db.Placements.AsNoTracking().Where(p => p.State == PlacementState.Ready && p.Wanted && p.RetiredAtRoutes == null)
            .Select(p => new { p.EndpointId, p.VersionId, p.NodeId, p.Node.Address, p.Node.GrpcAddress, p.Node.State }).ToListAsync(ct))
            .ToLookup(p => (p.EndpointId, p.VersionId), p => new Holder(p.NodeId.Value, p.Address, p.GrpcAddress, p.State));
        return
        [
            .. variants.GroupBy(v => (v.EndpointId, v.Environment, v.Model)).OrderBy(g => g.Key.Environment, StringComparer.Ordinal).ThenBy(g => g.Key.Model, StringComparer.Ordinal)
                .Select(g => new RouteEndpoint(g.Key.EndpointId.Value, g.Key.Environment, g.Key.Model,
                [
                    .. g.OrderBy(v => v.Id.Value).Select(v => new RouteVariant(
                        v.Id.Value, v.VersionId.Value, v.Number, (ProtocolRole)v.Role, v.Weight ?? 0, Reachable([.. holders[(v.EndpointId, v.VersionId)]]), v.SamplingPercent)),
                ])),
        ];
    }

    /// <summary>
    /// Ready nodes. When there is none, those that were ready when they were lost: only their stream may be gone, and a router that
    /// tries in vain is no worse off than one that does not try.
    /// </summary>
    private static RouteNode[] Reachable(IReadOnlyList<Holder> holders)
    {
        var ready = holders.Where(holder => holder.State == NodeState.Ready).ToList();
        return [.. (ready.Count > 0 ? ready : holders.Where(holder => holder.State == NodeState.Lost)).OrderBy(holder => holder.Id).Select(holder => new RouteNode(holder.Id, holder.Address, holder.GrpcAddress))];
    }

    private static async Task<ImmutableDictionary<Guid, Assignment[]>> AssignmentsAsync(ModelHubDb db, CancellationToken ct)
    {
        var wanted = await db.Placements.AsNoTracking().Where(p => p.Wanted)
            .Select(p => new { p.NodeId, p.VersionId, Model = p.Version.Model.Name, p.Version.Number, p.Version.Digest, p.Version.Size, p.Version.Format }).ToListAsync(ct);
        return wanted.GroupBy(p => p.NodeId.Value).ToImmutableDictionary(
            g => g.Key,
            g => g.DistinctBy(p => p.VersionId).OrderBy(p => p.VersionId.Value)
                .Select(p => new Assignment(p.VersionId.Value, p.Model, p.Number, p.Digest, p.Size, p.Format, "onnx", $"{p.Model}@{p.Number}")).ToArray());
    }

    private static async Task<AccessKey[]> KeysAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
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
               select new AccessKey(token.KeyId, Convert.ToHexStringLower(token.Hash), grants, token.ExpiresAt),
        ];
    }

    private static async Task<AccessKey[]> RouterKeysAsync(ModelHubDb db, CancellationToken ct)
        => [.. (await db.Routers.AsNoTracking().OrderBy(r => r.KeyId).Select(r => new { r.KeyId, r.KeyHash }).ToListAsync(ct))
            .Select(r => new AccessKey(r.KeyId, Convert.ToHexStringLower(r.KeyHash), ControlTables.Everything))];

    private readonly record struct Holder(Guid Id, string Address, string? GrpcAddress, NodeState State);
}
