using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Access;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;
using PlacementState = ModelHub.Protocol.PlacementState;

namespace ModelHub.Tests.Api.Promotions;

/// <summary>An abort at every state a promotion can be in; the worker's part is done by hand.</summary>
public sealed class AbortPromotionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(PromotionState.Requested)]
    [InlineData(PromotionState.GatesEvaluating)]
    [InlineData(PromotionState.AwaitingApproval)]
    [InlineData(PromotionState.Placing)]
    [InlineData(PromotionState.RollingOut)]
    public async Task Before_all_traffic_has_moved_it_ends_and_version_1_has_everything(PromotionState state)
    {
        using var admin = await host.AdminAsync();
        var (model, id) = await InAsync(admin, $"abort.{state}".ToLowerInvariant(), state);

        await admin.DoAsync("abortPromotion", new { promotion = id, reason = "changed my mind" }, "promotion { state }");

        Assert.Equal(("ABORTED", "changed my mind"), await StateAsync(admin, id));
        Assert.Equal("1 PRIMARY 100", await RoutedAsync(model));
        var again = await admin.RefusedAsync("abortPromotion", new { promotion = id }, "promotion { id }");
        Assert.Equal("NOT_ABORTABLE", again.GetProperty("code").GetString());
    }

    [Theory]
    [InlineData(PromotionState.Shifting)]
    [InlineData(PromotionState.Watching)]
    public async Task Once_all_traffic_has_moved_it_goes_back_to_the_version_that_is_still_loaded(PromotionState state)
    {
        using var admin = await host.AdminAsync();
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, $"holder-{state}".ToLowerInvariant());
        var (model, id) = await InAsync(admin, $"back.{state}".ToLowerInvariant(), state, node);
        Assert.Equal("2 PRIMARY 100", await RoutedAsync(model));

        await admin.DoAsync("abortPromotion", new { promotion = id, reason = "it looks wrong" }, "promotion { state }");

        Assert.Equal(("ROLLED_BACK", "it looks wrong"), await StateAsync(admin, id));
        Assert.Equal("1 PRIMARY 100", await RoutedAsync(model));
        await using var db = host.Open();
        var rollback = await db.Rollbacks.SingleAsync(r => r.Endpoint.Model.Name == model, Ct);
        Assert.Equal("it looks wrong", rollback.Reason);
        Assert.Equal(1, await db.VersionBlocks.CountAsync(b => b.LiftedAt == null && db.Versions.Any(v => v.Id == b.VersionId && v.Model.Name == model && v.Number == 2), Ct));
    }

    [Theory]
    [InlineData(PromotionState.Shifting)]
    [InlineData(PromotionState.Watching)]
    public async Task When_the_version_before_is_loaded_nowhere_any_more_nothing_moves(PromotionState state)
    {
        using var admin = await host.AdminAsync();
        var (model, id) = await InAsync(admin, $"alone.{state}".ToLowerInvariant(), state);

        var refused = await admin.RefusedAsync("abortPromotion", new { promotion = id }, "promotion { id }");

        Assert.Equal("NOT_ABORTABLE", refused.GetProperty("code").GetString());
        Assert.Equal("2 PRIMARY 100", await RoutedAsync(model));
    }

    [Theory]
    [InlineData(PromotionState.Live)]
    [InlineData(PromotionState.RolledBack)]
    [InlineData(PromotionState.Failed)]
    public async Task What_has_ended_is_not_aborted(PromotionState state)
    {
        using var admin = await host.AdminAsync();
        var (model, id) = await InAsync(admin, $"ended.{state}".ToLowerInvariant(), state);
        var before = await RoutedAsync(model);

        var refused = await admin.RefusedAsync("abortPromotion", new { promotion = id }, "promotion { id }");

        Assert.Equal("NOT_ABORTABLE", refused.GetProperty("code").GetString());
        Assert.Equal(before, await RoutedAsync(model));
    }

    [Fact]
    public async Task The_requester_may_end_what_has_no_traffic_and_only_an_operator_sends_all_of_it_back()
    {
        using var admin = await host.AdminAsync();
        using var requester = await host.AsAsync(Role.Contributor);
        var (_, early) = await InAsync(requester, "own.early", PromotionState.Placing);
        var (model, late) = await InAsync(requester, "own.late", PromotionState.Watching);

        await requester.DoAsync("abortPromotion", new { promotion = early }, "promotion { state }");
        var raw = await requester.RawAsync("mutation($i: AbortPromotionInput!) { abortPromotion(input: $i) { promotion { id } } }", new { i = new { promotion = late } });

        Assert.Contains("AUTH_NOT_AUTHORIZED", raw.GetRawText(), StringComparison.Ordinal);
        Assert.Equal("2 PRIMARY 100", await RoutedAsync(model));
    }

    [Theory]
    [InlineData("abortPromotion", PromotionState.Placing, "ABORTED")]
    [InlineData("abortPromotion", PromotionState.RollingOut, "ABORTED")]
    [InlineData("pausePromotion", PromotionState.RollingOut, "ROLLING_OUT")]
    public async Task What_a_worker_notes_in_the_same_moment_is_no_reason_to_refuse_a_person(string mutation, PromotionState state, string after)
    {
        using var admin = await host.AdminAsync();
        var (model, id) = await InAsync(admin, $"note.{mutation}.{state}".ToLowerInvariant(), state);
        await using var noting = host.Open();
        await using var transaction = await noting.Database.BeginTransactionAsync(Ct);
        await noting.Promotions.Where(p => p.Version.Model.Name == model).ExecuteUpdateAsync(set => set.SetProperty(p => p.Revision, p => p.Revision + 1), Ct);

        var asked = admin.DoAsync(mutation, new { promotion = id, idempotencyKey = model }, "promotion { state }");
        await Eventually.Holds(IsWaitingAsync, what: "the request, which has read, waits to write");
        await transaction.CommitAsync(Ct);

        Assert.Equal(after, (await asked).GetProperty("promotion").GetProperty("state").GetString());
        await using var db = host.Open();
        var stored = await db.Promotions.SingleAsync(p => p.Version.Model.Name == model, Ct);
        Assert.Equal(mutation == "pausePromotion", stored.PausedAt is not null);
        Assert.Equal(1, await db.Events.CountAsync(e => e.Subject == $"promotion:{stored.Id.Value}" && (e.Type == "promotion.aborted" || e.Type == "promotion.paused"), Ct));

        async Task<bool> IsWaitingAsync()
        {
            await using var look = host.Open();
            return await look.Database.SqlQuery<int>(
                $"""select count(*)::int as "Value" from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'""").SingleAsync(Ct) > 0;
        }
    }

    /// <summary>Version 1 live in staging, and a promotion of version 2 brought to that state.</summary>
    /// <param name="node">Holds both versions ready; null: nobody does.</param>
    private async Task<(string Model, string Id)> InAsync(ApiClient client, string name, PromotionState state, TestPeer? node = null)
    {
        var model = await client.ModelAsync(name);
        foreach (var number in new[] { await host.ReadyVersionAsync(client, model), await host.ReadyVersionAsync(client, model) })
            if (node is not null)
                await host.PlaceAsync(model, number, "staging", node.Welcome!.Id);
        await host.ShiftAsync(model, 1, "staging");
        if (node is not null)
        {
            await Eventually.Holds(() => node.Assignments?.Items.Count(i => i.Model == model) == 2, what: "both versions assigned");
            await node.SendAsync(new Placements(node.Assignments!.Revision, [.. node.Assignments.Items.Select(i => new PlacementItem(i.VersionId, i.Model, i.Version, PlacementState.Ready, 1, 1))]));
            await Eventually.Holds(async () =>
            {
                await using var read = host.Open();
                return await read.Placements.CountAsync(p => p.Version.Model.Name == model && p.State == ModelHub.Domain.Rollouts.PlacementState.Ready, Ct) == 2;
            }, what: "both versions ready");
        }
        var opened = await client.DoAsync("promoteVersion", new { model, version = 2, environment = "staging", plan = "canary" }, "promotion { id }");
        await BringAsync(model, state);
        return (model, opened.GetProperty("promotion").GetProperty("id").GetString()!);
    }

    private async Task BringAsync(string model, PromotionState to)
    {
        await using var db = host.Open();
        var now = DateTimeOffset.UtcNow;
        var promotion = await db.Promotions.Include(p => p.Version.Model).Include(p => p.Environment).SingleAsync(p => p.Version.Model.Name == model, Ct);
        await db.Endpoints.WithHistory().SingleAsync(e => e.Id == promotion.EndpointId, Ct);
        if (to > PromotionState.Requested)
            promotion.StartGates(now);
        if (to == PromotionState.AwaitingApproval)
            promotion.AwaitApproval(now);
        if (to >= PromotionState.Placing)
            promotion.StartPlacing(now);
        if (to >= PromotionState.RollingOut && to != PromotionState.Failed)
            promotion.EnterStage(0, (await new SplitTraffic(db, promotion, Actor.System("tests"), now).ToAsync((Stage.Canary)promotion.Rollout.Stages[0], 1, Ct)).Routes, now);
        if (to is PromotionState.Shifting or PromotionState.Watching or PromotionState.Live)
        {
            promotion.StartShifting(await db.BumpAsync(Numbered.Routes, Ct), now);
            promotion.Endpoint.Shift(promotion.VersionId, 1, now.AddHours(1), now);
        }
        if (to == PromotionState.Watching)
            db.Entry(promotion).Property(p => p.Watch).CurrentValue = new WatchPolicy(TimeSpan.FromMinutes(5), new StageLimits(MaxErrorRate: 0.05));
        if (to is PromotionState.Watching or PromotionState.Live)
            promotion.Complete(now, now);
        if (to == PromotionState.RolledBack)
        {
            await new SplitTraffic(db, promotion, Actor.System("tests"), now).BackAsync("bad", Ct);
            promotion.RollBack("bad", now);
        }
        if (to == PromotionState.Failed)
            promotion.Fail("it cannot be loaded", now);
        Assert.Equal(to, promotion.State);
        Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
    }

    private static async Task<(string?, string?)> StateAsync(ApiClient client, string id)
    {
        JsonElement read = (await client.QueryAsync("query($id: ID!) { promotion(id: $id) { state reason } }", new { id })).GetProperty("promotion");
        return (read.GetProperty("state").GetString(), read.GetProperty("reason").GetString());
    }

    private async Task<string> RoutedAsync(string model)
    {
        await using var db = host.Open();
        var routed = await db.Variants.Where(v => v.Endpoint.Model.Name == model && v.ValidTo == null).Select(v => new { v.Version.Number, v.Role, v.Weight }).ToListAsync(Ct);
        return string.Join(", ", routed.Select(v => $"{v.Number} {v.Role.ToString().ToUpperInvariant()} {v.Weight}"));
    }
}
