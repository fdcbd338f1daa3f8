using System.Diagnostics;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Promotions;

public sealed class RollbackTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task A_rollback_is_one_routing_table_and_states_its_time_to_safety()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "back.model", out var node, out var router);
        await using var _ = await node;
        await using var front = await router;

        for (var round = 0; round < 6; round++)
        {
            var (clock, expected) = (Stopwatch.StartNew(), round % 2 == 0 ? (2, 1) : (1, 2));
            // What was rolled back is gone back to only by its name.
            var payload = await admin.DoAsync("rollback", new { model, environment = "staging", toVersion = round == 0 ? (int?)null : expected.Item2 }, "rollback { from { number } to { number } decidedAt switchedAt timeToSafetyMs } endpoint { primary { version { number } } }");
            var rollback = payload.GetProperty("rollback");
            Assert.Equal(expected, (rollback.GetProperty("from").GetProperty("number").GetInt32(), rollback.GetProperty("to").GetProperty("number").GetInt32()));
            Assert.Equal(expected.Item2, payload.GetProperty("endpoint").GetProperty("primary").GetProperty("version").GetProperty("number").GetInt32());
            Assert.Equal(expected.Item2, front.Routes!.Endpoints.Single(e => e.Model == model).Variants.Single().Version);
            Assert.InRange(rollback.GetProperty("timeToSafetyMs").GetDouble(), double.Epsilon, clock.Elapsed.TotalMilliseconds);
        }
    }

    [Fact]
    public async Task There_must_be_somewhere_to_go_back_to_and_what_is_not_loaded_is_loaded_first()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "stuck.model", out var node, out var router);
        await using var holder = await node;
        await using var _ = await router;

        var unknown = await admin.RefusedAsync("rollback", new { model, environment = "staging", toVersion = 9 }, "rollback { id }");
        var nowhere = await admin.RefusedAsync("rollback", new { model, environment = "production" }, "rollback { id }");
        var stale = await admin.RefusedAsync("rollback", new { model, environment = "staging", expectedRevision = 99 }, "rollback { id }");
        var first = holder.Assignments!.Items.Single(i => i.Model == model && i.Version == 2);
        await holder.SendAsync(new Placements(99, [new PlacementItem(first.VersionId, model, 2, PlacementState.Ready, 1, 1)]));
        await Eventually.Holds(async () =>
        {
            var read = await admin.QueryAsync("query($model: String!) { endpoint(model: $model, environment: \"staging\") { placements { state } } }", new { model });
            return read.GetProperty("endpoint").GetProperty("placements").EnumerateArray().Any(p => p.GetProperty("state").GetString() == "PENDING");
        });
        var unloaded = (await admin.DoAsync("rollback", new { model, environment = "staging" }, "rollback { state timeToSafetyMs } endpoint { primary { version { number } } }"));

        Assert.Equal(
            ["NOTHING_TO_ROLL_BACK_TO", "ENDPOINT_NOT_FOUND", "REVISION_CONFLICT"],
            new[] { unknown, nowhere, stale }.Select(error => error.GetProperty("code").GetString()));
        Assert.Equal("""{"rollback":{"state":"LOADING","timeToSafetyMs":null},"endpoint":{"primary":{"version":{"number":2}}},"errors":null}""", unloaded.GetRawText());
    }

    [Fact]
    public async Task A_replayed_rollback_is_not_done_again()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "once.model", out var node, out var router);
        await using var _ = await node;
        await using var front = await router;
        var input = new { model, environment = "staging", idempotencyKey = "back-once" };

        var first = await admin.DoAsync("rollback", input, "rollback { id timeToSafetyMs }");
        var again = await admin.DoAsync("rollback", input, "rollback { id timeToSafetyMs }");

        Assert.Equal(first.GetRawText(), again.GetRawText());
        Assert.Equal(1, front.Routes!.Endpoints.Single(e => e.Model == model).Variants.Single().Version);
    }

    [Fact]
    public async Task A_drained_node_gets_no_traffic_until_it_is_resumed()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "drained.model", out var node, out var router);
        await using var holder = await node;
        await using var front = await router;
        var id = (await admin.QueryAsync("{ inferenceNodes { id name } }")).GetProperty("inferenceNodes").EnumerateArray()
            .Single(n => n.GetProperty("name").GetString() == "drained.model-node").GetProperty("id").GetString();

        await admin.DoAsync("drainNode", new { node = id }, "node { state }");
        await Eventually.Holds(() => front.Routes!.Endpoints.Single(e => e.Model == model).Variants.Single().Nodes.Length == 0);
        await admin.DoAsync("resumeNode", new { node = id }, "node { state }");

        await Eventually.Holds(() => front.Routes!.Endpoints.Single(e => e.Model == model).Variants.Single().Nodes.Length == 1);
    }

    /// <summary>Versions 1 and 2 loaded on one node, traffic on 2, and a router that follows.</summary>
    private Task<string> ServedAsync(ApiClient admin, string name, out Task<TestPeer> node, out Task<TestPeer> router)
    {
        var holder = TestPeer.JoinAsync(host.Address, PeerKind.Node, name + "-node");
        var front = TestPeer.JoinAsync(host.Address, PeerKind.Router, name + "-router");
        (node, router) = (holder, front);
        return PrepareAsync(admin, name, holder, front);
    }

    private async Task<string> PrepareAsync(ApiClient admin, string name, Task<TestPeer> node, Task<TestPeer> router)
    {
        var model = await admin.ModelAsync(name);
        var peer = await node;
        await Eventually.Holds(async () =>
        {
            var read = await admin.QueryAsync("{ routers { name state } }");
            return read.GetProperty("routers").EnumerateArray().Count(r => r.GetProperty("state").GetString() == "READY") == 1;
        }, TimeSpan.FromSeconds(20), "the routers of earlier tests lost");
        foreach (var version in new[] { await host.ReadyVersionAsync(admin, model), await host.ReadyVersionAsync(admin, model) })
        {
            await host.PlaceAsync(model, version, "staging", peer.Welcome!.Id);
            await host.ShiftAsync(model, version, "staging");
        }
        await Eventually.Holds(() => peer.Assignments?.Items.Count(i => i.Model == model) == 2, what: "both versions assigned");
        await peer.SendAsync(new Placements(peer.Assignments!.Revision, [.. peer.Assignments.Items.Select(i => new PlacementItem(i.VersionId, i.Model, i.Version, PlacementState.Ready, 1, 1))]));
        var front = await router;
        await Eventually.Holds(() => front.Routes?.Endpoints.SingleOrDefault(e => e.Model == model)?.Variants.Single().Nodes.Length == 1, what: "version 2 routed");
        return model;
    }
}
