using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>What people decide and what befalls nodes, each as the api and the control stream write it down.</summary>
public sealed partial class RandomRolloutsTests
{
    private static readonly Actor Bob = Actor.User("bob");
    private static readonly string[] Nodes = ["node-1", "node-2", "node-3"];
    private string? lost;

    private Task<string> DecideAsync(Random random, RowTraffic traffic) => random.Next(26) switch
    {
        < 6 => AskAsync(random, traffic),
        < 10 => ApproveAsync(),
        10 => RejectAsync(),
        11 or 12 => AbortAsync(),
        13 => PauseAsync(),
        14 => ResumeAsync(),
        15 => SkipAsync(),
        < 20 => RollBackAsync(random),
        20 => LiftAsync(random),
        21 or 22 => Task.FromResult(Lag()),
        _ => lost is null ? LoseAsync(random) : ReturnAsync(),
    };

    private async Task<string> AskAsync(Random random, RowTraffic traffic)
    {
        var version = random.Next(3) == 0 ? await AnyAsync(random) : await RegisterAsync(0.8);
        if (!traffic.Of.ContainsKey(version.Number))
            traffic.Of[version.Number] = random.Next(3) switch { 0 => new(ErrorRate: 1), 1 => new(Milliseconds: 203), _ => new() };
        var limits = new StageLimits(MaxErrorRate: 0.05, MaxP50Ratio: 2);
        var stages = new List<Stage>();
        for (var i = random.Next(3); i > 0; i--)
            stages.Add(new Stage.Canary(random.Next(1, 100), TimeSpan.FromMilliseconds(500), 60, TimeSpan.FromSeconds(20), limits));
        var watch = random.Next(2) == 0 ? null : new WatchPolicy(TimeSpan.FromSeconds(1), new StageLimits(MaxErrorRate: 0.05));
        var refused = await OpenAsync(version, new RolloutPlan("random", [.. stages, new Stage.Live()]), watch);
        return refused is null ? $"asked for {version.Number} in {stages.Count} stages" : $"{version.Number} refused: {refused.GetType().Name}";
    }

    private async Task<Version> AnyAsync(Random random)
    {
        await using var db = database.Open();
        var versions = await db.Versions.OrderBy(v => v.Number).ToListAsync(Ct);
        return versions[random.Next(versions.Count)];
    }

    private async Task<Refusal?> OpenAsync(Version version, RolloutPlan plan, WatchPolicy? watch)
    {
        await using var db = database.Open();
        var endpoint = await db.Endpoints.Include(e => e.Environment).Include(e => e.Variants.Where(v => v.ValidTo == null)).SingleAsync(Ct);
        var open = await db.Promotions.Where(p => PromotionStates.Open.Contains(p.State)).Select(p => (PromotionId?)p.Id).SingleOrDefaultAsync(Ct);
        var block = await db.BlockOfAsync(version.Id, endpoint.EnvironmentId, Ct);
        var request = new PromotionRequest(version, model.Name, endpoint.Environment, endpoint.Id, endpoint.Primary()?.VersionId, open, null, plan, watch, block);
        if (Promotion.Open(request, Ada, DateTimeOffset.UtcNow).IsRefused(out var refusal, out var promotion))
            return refusal;
        Assert.True(block is null && open is null, "a promotion was opened that should have been refused");
        db.Promotions.Add(promotion);
        return await db.CommitAsync(new PromotionRequested(promotion.Id.Value, model.Name, version.Number, "production", promotion.Plan), Ada, Ct);
    }

    private Task<string> ApproveAsync() => ChangeAsync(
        "approved", Bob, p => p.Approve(Bob, null, DateTimeOffset.UtcNow), p => new PromotionApproved(p.Id.Value, model.Name, p.Version.Number, "production", null));

    private Task<string> RejectAsync() => ChangeAsync(
        "rejected", Bob, p => p.Reject(Bob, null, DateTimeOffset.UtcNow), p => new PromotionRejected(p.Id.Value, model.Name, p.Version.Number, "production", null));

    private Task<string> PauseAsync() => ChangeAsync(
        "paused", Ada, p => p.Pause(null, Ada, DateTimeOffset.UtcNow), p => new PromotionPaused(p.Id.Value, model.Name, p.Version.Number, "production", null));

    private Task<string> ResumeAsync() => ChangeAsync(
        "resumed", Ada, p => p.Resume(Ada, DateTimeOffset.UtcNow), p => new PromotionResumed(p.Id.Value, model.Name, p.Version.Number, "production"));

    private Task<string> SkipAsync() => ChangeAsync(
        "skipped a stage", Ada, p => p.SkipStage(null, Ada, DateTimeOffset.UtcNow),
        p => new PromotionStageSkipped(p.Id.Value, model.Name, p.Version.Number, "production", p.StageIndex!.Value, null));

    private async Task<string> ChangeAsync(string what, Actor by, Func<Promotion, Refusal?> decide, Func<Promotion, Event> told)
    {
        await using var db = database.Open();
        var promotion = await db.Promotions.Include(p => p.Approvals).Include(p => p.Version).SingleOrDefaultAsync(p => PromotionStates.Open.Contains(p.State), Ct);
        if (promotion is null)
            return $"not {what}: nothing is open";
        return (decide(promotion) ?? await db.CommitAsync(told(promotion), by, Ct)) is { } refusal ? $"not {what}: {refusal.GetType().Name}" : what;
    }

    private async Task<string> AbortAsync()
    {
        await using var db = database.Open();
        var promotion = await db.Promotions.Include(p => p.Version.Model).Include(p => p.Environment).SingleOrDefaultAsync(p => PromotionStates.Open.Contains(p.State), Ct);
        if (promotion is null)
            return "nothing to abort";
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(e => e.Id == promotion.EndpointId, Ct);
        if (promotion.State is PromotionState.Shifting or PromotionState.Watching)
            return await GoBackAsync(db, endpoint, await db.ServedAsync(endpoint, Ct), null);
        if (promotion.Abort(null, Ada, DateTimeOffset.UtcNow) is { } refusal)
            return $"not aborted: {refusal.GetType().Name}";
        var (_, events) = await new SplitTraffic(db, promotion, Ada, DateTimeOffset.UtcNow).BackAsync("aborted", Ct);
        var other = await db.CommitAsync([.. events, new PromotionAborted(promotion.Id.Value, model.Name, promotion.Version.Number, "production", null)], Ada, Ct);
        return other is null ? "aborted" : "another was faster than the abort";
    }

    private async Task<string> RollBackAsync(Random random)
    {
        await using var db = database.Open();
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(Ct);
        var served = await db.ServedAsync(endpoint, Ct);
        return await GoBackAsync(db, endpoint, served, random.Next(2) == 0 ? null : served[random.Next(served.Count)].Number);
    }

    private async Task<string> GoBackAsync(ModelHubDb db, Endpoint endpoint, IReadOnlyList<ServedVersion> served, int? named)
    {
        if (RollbackPlan.Choose(model.Name, "production", served, named).IsRefused(out _, out var plan))
            return "nothing to go back to";
        if (plan.Loaded)
            return (await new RollBackEndpoint(db, endpoint, plan, "by hand", Ada, DateTimeOffset.UtcNow).RunAsync(Ct)).Refusal is { } refusal ? $"not rolled back: {refusal.GetType().Name}" : $"rolled back to {named}";
        if (!await db.Rollbacks.AnyAsync(r => r.State == RollbackState.Loading, Ct))
            db.Rollbacks.Add(Rollback.Load(endpoint.Id, plan, "by hand", Ada, DateTimeOffset.UtcNow));
        await db.CommitAsync([], Ada, Ct);
        return "going back to one that has to be loaded";
    }

    private async Task<string> LiftAsync(Random random)
    {
        await using var db = database.Open();
        var blocks = await db.VersionBlocks.Where(b => b.LiftedAt == null).OrderBy(b => b.At).ToListAsync(Ct);
        if (blocks.Count == 0)
            return "no block to lift";
        var block = blocks[random.Next(blocks.Count)];
        Assert.Null(block.Lift(null, Bob, DateTimeOffset.UtcNow));
        var number = await db.Versions.Where(v => v.Id == block.VersionId).Select(v => v.Number).SingleAsync(Ct);
        return await db.CommitAsync(new BlockLifted(model.Name, number, "production", null), Bob, Ct) is null ? $"lifted the block of {number}" : "another was faster than the lift";
    }

    /// <summary>One node at a time, and while two copies of what has traffic are there: more than that nobody promises to survive.</summary>
    private async Task<string> LoseAsync(Random random)
    {
        await Eventually.Holds(TwiceAsync, what: $"{string.Join(", ", done)}: two copies of what has traffic");
        lost = Nodes[random.Next(Nodes.Length)];
        await fleet.LoseAsync(lost);
        return $"{lost} lost";
    }

    private async Task<string> ReturnAsync()
    {
        if (lost is not { } back)
            return "no node to return";
        lost = null;
        await fleet.ReturnAsync(back);
        return $"{back} back";
    }

    private string Lag()
    {
        fleet.RouterLags = !fleet.RouterLags;
        return fleet.RouterLags ? "the router lags" : "the router obeys again";
    }

    private async Task<bool> TwiceAsync()
    {
        await using var db = database.Open();
        return !await db.Variants.AnyAsync(v => v.ValidTo == null && db.Placements.Count(p =>
            p.VersionId == v.VersionId && p.EndpointId == v.EndpointId && p.Wanted && p.RetiredAtRoutes == null && p.State == PlacementState.Ready
            && p.Node.State == ModelHub.Domain.Nodes.NodeState.Ready) < 2, Ct);
    }
}
