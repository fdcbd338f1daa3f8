using ModelHub.Domain.Events;

namespace ModelHub.Api.Rollouts;

/// <summary>Writes a decided rollback: variants, routing table number, the undone promotion, the alias, all in one transaction.</summary>
internal sealed class RollBackEndpoint(ModelHubDb db, Endpoint endpoint, RollbackPlan plan, string reason, Actor actor, DateTimeOffset now)
{
    private static readonly TimeSpan KeepWarm = Promotion.KeepWarm;

    private readonly List<Event> events = [];

    public async Task<Result<Rollback>> RunAsync(CancellationToken ct)
    {
        var (from, to) = (NumberOf(plan.From), NumberOf(plan.To));
        var replicas = endpoint.Primary()!.Replicas;
        var routes = await db.BumpAsync(Numbered.Routes, ct);
        if (!await KeepAsync(ct))
            return new RollbackTargetNotReady(to);
        var variant = endpoint.Shift(plan.To, replicas, now + KeepWarm, now);
        var promotion = await UndoPromotionAsync(ct);
        var rollback = new Rollback(endpoint.Id, promotion?.Id, plan, routes, reason, actor, now);
        db.Rollbacks.Add(rollback);
        db.RoutingChanges.Add(new RoutingChange(
            endpoint.Id, [new RoutedVariant(variant.Id, plan.To, to, variant.Role, variant.Weight)], routes, $"rollback: {reason}", actor, now));
        events.Add(new RolledBack(endpoint.Model.Name, endpoint.Environment.Name, from, to, reason, promotion?.Id.Value));
        await MoveChampionAsync(from, to, ct);
        return await db.CommitAsync(events, actor, ct) is { } refusal ? refusal : rollback;
    }

    private int NumberOf(VersionId version) => endpoint.Variants.First(variant => variant.VersionId == version).Version.Number;

    /// <summary>
    /// What gets traffic again must not be unloaded, though it was about to be. Behind the routes' number nobody lets go of
    /// anything; before it somebody may have, and then there is nothing to go back to.
    /// </summary>
    private async Task<bool> KeepAsync(CancellationToken ct)
    {
        var held = await db.Placements.Where(p => p.EndpointId == endpoint.Id && p.VersionId == plan.To && p.Wanted).ToListAsync(ct);
        held.ForEach(placement => placement.WantAgain(now));
        return held.Exists(placement => placement.State == PlacementState.Ready);
    }

    /// <summary>The promotion that brought what is now taken back, if it is the last one.</summary>
    private async Task<Promotion?> UndoPromotionAsync(CancellationToken ct)
    {
        var promotion = await db.Promotions.Where(p => p.EndpointId == endpoint.Id && p.VersionId == plan.From)
            .OrderByDescending(p => p.RequestedAt).FirstOrDefaultAsync(ct);
        if (promotion is null || !promotion.State.MayBecome(PromotionState.RolledBack))
            return null;
        promotion.RollBack(reason, now);
        return promotion;
    }

    /// <summary>The champion is what is live in the environment of the highest rank.</summary>
    private async Task MoveChampionAsync(int from, int to, CancellationToken ct)
    {
        if (await db.Environments.MaxAsync(e => e.Rank, ct) != endpoint.Environment.Rank)
            return;
        var champion = await db.Aliases.SingleOrDefaultAsync(a => a.ModelId == endpoint.ModelId && a.Name == Alias.Champion, ct);
        if (champion is null || champion.VersionId != plan.From)
            return;
        db.AliasChanges.Add(champion.Move(plan.To, actor, now));
        events.Add(new AliasMovedTo(endpoint.Model.Name, Alias.Champion, from, to));
    }
}
