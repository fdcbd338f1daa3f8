using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>
/// Whatever people and machines do in whatever order: shares add up, at most one version is primary, nobody is routed to a node that
/// is not ready, and nothing is unloaded before it is off the routes. The fleet looks after every change.
/// </summary>
public sealed class RandomRolloutsTests(TestPostgres server) : PromotionLoops(server)
{
    private static readonly string[] Nodes = ["node-1", "node-2", "node-3"];

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task The_invariants_hold_after_every_step(int seed)
    {
        const int Steps = 25;
        await using var traffic = new RowTraffic(database);
        traffic.Start();
        var random = new Random(seed);
        var done = new List<string>();
        await ApproveAsync(await PromoteAsync(await RegisterAsync(0.8), "production"));
        await EventuallyChampionAsync(1);

        for (var step = 0; step < Steps; step++)
        {
            done.Add(await (random.Next(10) switch
            {
                < 4 => AskAsync(random, traffic),
                < 7 => ApproveOpenAsync(),
                7 => AbortAsync(),
                8 => RollBackAsync(random),
                _ => LoseAsync(random),
            }));
            await Task.Delay(random.Next(400), Ct);
            Assert.True(fleet.Gaps.Count == 0, $"seed {seed}: {string.Join(", ", done)}: {string.Join("; ", fleet.Gaps)}");
        }

        await AbortAsync();
        await Eventually.Is(async () =>
        {
            await using var db = database.Open();
            return await db.Promotions.Where(p => PromotionStates.Open.Contains(p.State)).Select(p => p.State).ToListAsync(Ct);
        }, open => open.Count == 0 || open is [PromotionState.AwaitingApproval], what: $"seed {seed}: {string.Join(", ", done)}: an end of every promotion");
        await using var after = database.Open();
        Assert.Equal(100, Assert.Single(await after.Variants.Where(v => v.ValidTo == null).ToListAsync(Ct)).Weight);
        Assert.All(await after.RolloutVerdicts.ToListAsync(Ct), verdict => Assert.Equal(verdict.Verdict, RolloutVerdict.Recompute(verdict)));
        Assert.True(fleet.Gaps.Count == 0, string.Join("; ", fleet.Gaps));
    }

    private async Task<string> AskAsync(Random random, RowTraffic traffic)
    {
        await using (var db = database.Open())
            if (await db.Promotions.AnyAsync(p => PromotionStates.Open.Contains(p.State), Ct))
                return "nothing asked, one is open";
        var version = await RegisterAsync(0.8);
        traffic.Of[version.Number] = random.Next(3) switch { 0 => new(ErrorRate: 1), 1 => new(Milliseconds: 203), _ => new() };
        var limits = new StageLimits(MaxErrorRate: 0.05, MaxP50Ratio: 2);
        var stages = new List<Stage>();
        for (var i = random.Next(3); i > 0; i--)
            stages.Add(new Stage.Canary(random.Next(1, 100), TimeSpan.FromMilliseconds(300), 60, TimeSpan.FromSeconds(20), limits));
        var watch = random.Next(2) == 0 ? null : new WatchPolicy(TimeSpan.FromSeconds(1), new StageLimits(MaxErrorRate: 0.05));
        await PromoteAsync(version, "production", new RolloutPlan("random", [.. stages, new Stage.Live()]), watch);
        return $"asked for {version.Number} in {stages.Count} stages";
    }

    private async Task<string> ApproveOpenAsync()
    {
        await using var db = database.Open();
        var promotion = await db.Promotions.Include(p => p.Approvals).SingleOrDefaultAsync(p => p.State == PromotionState.AwaitingApproval, Ct);
        if (promotion?.Approve(Actor.User("bob"), null, DateTimeOffset.UtcNow) is not null || promotion is null)
            return "nothing to approve";
        await db.CommitAsync(new PromotionApproved(promotion.Id.Value, model.Name, 0, "production", null), Actor.User("bob"), Ct);
        return "approved";
    }

    /// <summary>As the api does it.</summary>
    private async Task<string> AbortAsync()
    {
        await using var db = database.Open();
        var promotion = await db.Promotions.Include(p => p.Version.Model).Include(p => p.Environment).SingleOrDefaultAsync(p => PromotionStates.Open.Contains(p.State), Ct);
        if (promotion is null)
            return "nothing to abort";
        await db.Endpoints.WithHistory().SingleAsync(e => e.Id == promotion.EndpointId, Ct);
        if (promotion.Abort(null, Ada, DateTimeOffset.UtcNow) is not null)
            return "too late to abort";
        var (_, events) = await new SplitTraffic(db, promotion, Ada, DateTimeOffset.UtcNow).BackAsync("aborted", Ct);
        var lost = await db.CommitAsync([.. events, new PromotionAborted(promotion.Id.Value, model.Name, promotion.Version.Number, "production", null)], Ada, Ct);
        return lost is null ? "aborted" : "another was faster than the abort";
    }

    private async Task<string> RollBackAsync(Random random)
    {
        await using var db = database.Open();
        var endpoint = await db.Endpoints.WithHistory().SingleAsync(Ct);
        var served = await db.ServedAsync(endpoint, Ct);
        int? named = random.Next(2) == 0 ? null : served[random.Next(served.Count)].Number;
        if (RollbackPlan.Choose(model.Name, "production", served, named).IsRefused(out _, out var plan))
            return "nothing to go back to";
        if (plan.Loaded)
            return (await new RollBackEndpoint(db, endpoint, plan, "by hand", Ada, DateTimeOffset.UtcNow).RunAsync(Ct)).Refusal is null ? "rolled back" : "another was faster than the rollback";
        if (!await db.Rollbacks.AnyAsync(r => r.State == RollbackState.Loading, Ct))
            db.Rollbacks.Add(Rollback.Load(endpoint.Id, plan, "by hand", Ada, DateTimeOffset.UtcNow));
        await db.CommitAsync([], Ada, Ct);
        return "going back to one that has to be loaded";
    }

    /// <summary>One node is lost and returns when what it held is elsewhere: more than one at a time is more than two copies survive.</summary>
    private async Task<string> LoseAsync(Random random)
    {
        var lost = Nodes[random.Next(Nodes.Length)];
        await TwiceAsync("Two copies of what has traffic");
        await fleet.LoseAsync(lost);
        await TwiceAsync($"What {lost} held, elsewhere");
        await fleet.ReturnAsync(lost);
        return $"{lost} lost and back";
    }

    private Task TwiceAsync(string what) => Eventually.Holds(async () =>
    {
        await using var db = database.Open();
        return !await db.Variants.AnyAsync(v => v.ValidTo == null && db.Placements.Count(p =>
            p.VersionId == v.VersionId && p.EndpointId == v.EndpointId && p.Wanted && p.RetiredAtRoutes == null && p.State == PlacementState.Ready
            && p.Node.State == ModelHub.Domain.Nodes.NodeState.Ready) < 2, Ct);
    }, what: what);
}
