using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Rollouts;

/// <summary>
/// Sends all traffic back to a version that is loaded: variants, routing table number, the undone promotion, the alias and the
/// block, all in one transaction. People do it through the API, the worker by itself; the endpoint comes with model,
/// environment and all its variants with their versions.
/// </summary>
public sealed class RollBackEndpoint(ModelHubDb db, Endpoint endpoint, RollbackPlan plan, string reason, Actor actor, DateTimeOffset now)
{
    private readonly List<Event> events = [];

    /// <summary>What led to it, for the same transaction.</summary>
    public IReadOnlyList<Event> Before { get; init; } = [];

    /// <summary>The rollback that waited for its target to be loaded; null for one that begins now.</summary>
    public Rollback? Waiting { get; init; }

    public async Task<Result<Rollback>> RunAsync(CancellationToken ct)
    {
        var (from, to) = (NumberOf(plan.From), NumberOf(plan.To));
        var replicas = endpoint.Primary()!.Replicas;
        var routes = await db.BumpAsync(Numbered.Routes, ct);
        if (!await KeepAsync(ct))
            return new RollbackTargetNotReady(to);
        await SupersedeAsync(ct);
        var variant = endpoint.Shift(plan.To, replicas, now + Promotion.KeepWarm, now);
        var promotion = await UndoPromotionAsync(ct);
        var rollback = Waiting ?? new Rollback(endpoint.Id, promotion?.Id, plan, routes, reason, actor, now);
        if (Waiting is null)
            db.Rollbacks.Add(rollback);
        else
            Waiting.Switch(promotion?.Id, plan.From, routes);
        db.RoutingChanges.Add(new RoutingChange(
            endpoint.Id, [new RoutedVariant(variant.Id, plan.To, to, variant.Role, variant.Weight)], routes, $"rollback: {reason}", actor, now));
        events.Add(new RolledBack(endpoint.Model.Name, endpoint.Environment.Name, from, to, reason, promotion?.Id.Value));
        await MoveChampionAsync(to, ct);
        events.AddRange(await db.BlockAsync(new(plan.From, endpoint.Model.Name, from), endpoint.Environment, promotion?.Id, reason, actor, now, ct));
        // Who names a version that was itself rolled back wants it after all.
        events.AddRange(await db.UnblockAsync(new(plan.To, endpoint.Model.Name, to), endpoint.Environment, "traffic was sent back to it", actor, now, ct));
        return await db.CommitAsync([.. Before, .. events], actor, ct) is { } refusal ? refusal : rollback;
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

    /// <summary>The newest decision counts: one that still waits for a load is over.</summary>
    private async Task SupersedeAsync(CancellationToken ct)
    {
        foreach (var other in await db.Rollbacks.Where(r => r.EndpointId == endpoint.Id && r.State == RollbackState.Loading).ToListAsync(ct))
            if (other != Waiting)
                other.Fail("another rollback came first");
    }

    /// <summary>What rolls out at the moment ends: its share was taken from a version that has no traffic any more.</summary>
    private async Task AbortRollingAsync(CancellationToken ct)
    {
        const string Why = "the endpoint was rolled back meanwhile";
        var rolling = await db.Promotions.Include(p => p.Version).SingleOrDefaultAsync(p => p.EndpointId == endpoint.Id && p.State == PromotionState.RollingOut, ct);
        if (rolling is null || rolling.Abort(Why, actor, now) is not null)
            return;
        events.Add(new PromotionAborted(rolling.Id.Value, endpoint.Model.Name, rolling.Version.Number, endpoint.Environment.Name, Why));
    }

    /// <summary>The promotion that brought what is now taken back, if it is the last one; one that rolls out at the moment ends.</summary>
    private async Task<Promotion?> UndoPromotionAsync(CancellationToken ct)
    {
        await AbortRollingAsync(ct);
        var promotion = await db.Promotions.Where(p => p.EndpointId == endpoint.Id && p.VersionId == plan.From)
            .OrderByDescending(p => p.RequestedAt).FirstOrDefaultAsync(ct);
        if (promotion is null || !promotion.State.MayBecome(PromotionState.RolledBack))
            return null;
        promotion.RollBack(reason, now);
        return promotion;
    }

    /// <summary>
    /// The champion is what is live in the environment of the highest rank. It need not be what is taken back now: a version
    /// that routers were still switching to was none yet.
    /// </summary>
    private async Task MoveChampionAsync(int to, CancellationToken ct)
    {
        if (await db.Environments.MaxAsync(e => e.Rank, ct) != endpoint.Environment.Rank)
            return;
        var champion = await db.Aliases.Include(a => a.Version).SingleOrDefaultAsync(a => a.ModelId == endpoint.ModelId && a.Name == Alias.Champion, ct);
        if (champion is null || champion.VersionId == plan.To)
            return;
        events.Add(new AliasMovedTo(endpoint.Model.Name, Alias.Champion, champion.Version.Number, to));
        db.AliasChanges.Add(champion.Move(plan.To, actor, now));
    }
}
