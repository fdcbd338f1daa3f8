using System.Diagnostics;
using System.Net.WebSockets;
using System.Text;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using ModelHub.Protocol;
using ModelHub.Tests.Support;
using Xunit;
using Grant = ModelHub.Domain.Access.Grant;

namespace ModelHub.Tests.Api.Control;

public sealed class ControlStreamTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_peer_with_the_join_token_gets_a_key_once_and_returns_with_it()
    {
        string key;
        Guid id;
        await using (var joined = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "returning"))
        {
            key = joined.Welcome!.Key!;
            id = joined.Welcome.Id;
        }

        await using var returned = await TestPeer.ConnectAsync(host.Address, TestPeer.Hello(PeerKind.Node, "returning", key));

        Assert.Equal(id, returned.Welcome!.Id);
        Assert.Null(returned.Welcome.Key);
        await Eventually.Holds(() => returned.Heartbeats > 0);
    }

    [Fact]
    public async Task A_new_key_by_join_token_ends_the_old_one()
    {
        await using var first = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "rekeyed");
        await using var second = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "rekeyed");

        await using var old = await TestPeer.ConnectAsync(host.Address, TestPeer.Hello(PeerKind.Node, "rekeyed", first.Welcome!.Key));

        Assert.Equal(first.Welcome.Id, second.Welcome!.Id);
        Assert.NotNull(old.Refused);
    }

    [Theory]
    [InlineData("a wrong join token, but a long one")]
    [InlineData("")]
    [InlineData(null)]
    public async Task Who_holds_neither_key_nor_token_is_refused(string? token)
    {
        await using var peer = await TestPeer.ConnectAsync(host.Address, TestPeer.Hello(PeerKind.Node, "stranger", joinToken: token));

        Assert.NotNull(peer.Refused);
        await Eventually.Holds(() => peer.Ended);
    }

    [Fact]
    public async Task Another_protocol_a_bad_address_and_a_wrong_first_message_are_refused()
    {
        await using var future = await TestPeer.ConnectAsync(host.Address, TestPeer.Hello(PeerKind.Node, "future") with { Protocol = 99 });
        await using var nowhere = await TestPeer.ConnectAsync(host.Address, TestPeer.Hello(PeerKind.Node, "nowhere") with { Address = "ftp://x" });

        Assert.Contains("protocol", future.Refused!.Reason);
        Assert.Contains("address", nowhere.Refused!.Reason);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("""{"type":"nonsense"}""")]
    [InlineData("""{"type":"heartbeat","memoryUsedBytes":1}""")]
    public async Task Nonsense_ends_the_stream_and_only_that(string text)
    {
        await using var bystander = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "bystander");
        using var client = await OpenAsync();

        await client.SendAsync(Encoding.UTF8.GetBytes(text), WebSocketMessageType.Text, true, Ct);

        Assert.Equal("refused", await FirstTypeAsync(client));
        var beats = bystander.Heartbeats;
        await Eventually.Holds(() => bystander.Heartbeats > beats);
    }

    [Fact]
    public async Task A_message_that_is_too_large_ends_the_stream()
    {
        using var client = await OpenAsync();

        await client.SendAsync(new byte[ControlMessages.MaxUpBytes + 1], WebSocketMessageType.Text, true, Ct);

        Assert.Equal("refused", await FirstTypeAsync(client));
    }

    [Fact]
    public async Task Who_says_nothing_is_cut_off()
    {
        using var client = await OpenAsync();

        var clock = Stopwatch.StartNew();
        await Assert.ThrowsAsync<WebSocketException>(async () => await client.ReceiveAsync(new byte[100], Ct));

        Assert.InRange(clock.Elapsed.TotalSeconds, 3, double.MaxValue);
    }

    [Fact]
    public async Task Assignments_routes_and_access_arrive_when_they_change()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("push.model");
        var version = await host.ReadyVersionAsync(admin, model);
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "push-node");
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "push-router");

        await host.PlaceAsync(model, version, "staging", node.Welcome!.Id);
        await host.ShiftAsync(model, version, "staging");
        await LoadAsync(node, model, version);
        await Eventually.Holds(() => NodesOf(router, model) == 1, what: "the route");
        using var caller = await host.AsAsync(Role.Contributor, "push");
        await Eventually.Holds(() => router.Access?.Keys.Any(k => k.Grants.Any(g => g.Namespace == "push")) == true, what: "the caller's key");

        var key = router.Access!.Keys.Single(k => k.Grants.Any(g => g.Namespace == "push"));
        Assert.Equal(Convert.ToHexStringLower(Secret.HashOf(caller.Token)), key.Hash);
        await Eventually.Holds(() => node.Access?.Keys.Any(k => k.Grants.Any(g => g is { Namespace: "*", Environment: "*" })) == true, what: "the router's key at the node");
    }

    [Fact]
    public async Task A_version_that_one_endpoint_lets_go_and_another_wants_stays_and_only_its_place_for_the_first_goes()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("twice.model");
        var version = await host.ReadyVersionAsync(admin, model);
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "twice-node");
        await host.PlaceAsync(model, version, "staging", node.Welcome!.Id);
        await host.PlaceAsync(model, version, "production", node.Welcome.Id);
        var held = await LoadAsync(node, model, version);
        await Eventually.Is(() => PlacesAsync(model), places => places is ["production Ready", "staging Ready"], what: "Both places");

        await using (var db = host.Open())
        {
            var left = await db.Placements.SingleAsync(p => p.Version.Model.Name == model && p.Endpoint.Environment.Name == "production", Ct);
            left.LetGo(DateTimeOffset.UtcNow);
            await db.BumpAsync(Numbered.Assignments, Ct);
            Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
        }
        await node.SendAsync(new Placements(node.Assignments!.Revision, [held with { MemoryBytes = 1001 }]));

        await Eventually.Is(() => PlacesAsync(model), places => places is ["staging Ready"], what: "The place that is left");
        Assert.Contains(node.Assignments.Items, i => i.VersionId == held.VersionId);
    }

    [Fact]
    public async Task A_node_is_told_what_the_fields_of_its_versions_were_also_when_that_is_known_later()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("seen.model");
        await admin.DoAsync("createDataset", new { name = "seen.data" }, "dataset { id }");
        var file = await admin.UploadAsync([9, 9, 9]);
        await admin.DoAsync("registerDataVersion", new { dataset = "seen.data", files = new[] { new { path = "a.csv", digest = file } } }, "dataVersion { number }");
        var version = await host.ReadyVersionAsync(admin, model);
        await host.MadeFromAsync(model, version, "seen.data");
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "seen-node");
        await host.PlaceAsync(model, version, "staging", node.Welcome!.Id);
        await Eventually.Holds(() => node.Assignments?.Items.Any(item => item.Model == model) == true);
        var early = node.Assignments!.Items.Single(i => i.Model == model).Fields;

        await host.MeasureAsync("seen.data", new ColumnProfile("age", "integer", 90, 2, 40, "18", "99", 40, 10, [new Quantile(0.5, 39)], [], []));
        await Eventually.Holds(() => node.Assignments!.Items.Single(i => i.Model == model).Fields is not null);

        var age = Assert.Single(node.Assignments!.Items.Single(i => i.Model == model).Fields!);
        Assert.Null(early);
        Assert.Equal(("age", 18.0, 99.0), (age.Name, age.Min, age.Max));
        Assert.Equal([39], age.Numbers!);
    }

    [Fact]
    public async Task A_node_is_told_whole_rows_of_the_data_without_the_fields_that_a_ledger_hides()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("hidden.model");
        await admin.DoAsync("createDataset", new { name = "hidden.data" }, "dataset { id }");
        var file = await admin.UploadAsync([9, 9, 8]);
        await admin.DoAsync("registerDataVersion", new { dataset = "hidden.data", files = new[] { new { path = "a.csv", digest = file } } }, "dataVersion { number }");
        var version = await host.ReadyVersionAsync(admin, model);
        await host.MadeFromAsync(model, version, "hidden.data");
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "hidden-node");
        await host.PlaceAsync(model, version, "staging", node.Welcome!.Id);
        await host.MeasureAsync("hidden.data", new RowSample(["age", "name"], [["39", "Ada"], ["41", null]]),
            new ColumnProfile("age", "integer", 90, 2, 40, "18", "99", 40, 10, [new Quantile(0.5, 39)], [], []),
            new ColumnProfile("name", "text", 90, 2, 2, null, null, null, null, [], [], [new TopValue("Ada", 50)]));
        FieldProfile? Told(string field) => node.Assignments?.Items.SingleOrDefault(i => i.Model == model)?.Fields?.SingleOrDefault(f => f.Name == field);
        await Eventually.Holds(() => Told("name")?.Sample is ["Ada", null], what: "the whole rows");

        await admin.DoAsync("setEndpointLedger", new { model, environment = "staging", policy = new { share = 0.5, hashed = new[] { "NAME" } } }, "endpoint { revision }");

        await Eventually.Holds(() => Told("name") is { Sample: null }, what: "rows without the field");
        Assert.Equal("39 41", string.Join(' ', Told("age")!.Sample!));
        Assert.Equal(["Ada"], Told("name")!.Texts!);
        await admin.DoAsync("setEndpointLedger", new { model, environment = "staging", policy = (object?)null }, "endpoint { revision }");
        await Eventually.Holds(() => Told("name")?.Sample is not null, what: "the whole rows again");
    }

    [Fact]
    public async Task A_viewer_and_a_token_without_the_scope_are_not_told_to_routers()
    {
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "careful-router");
        using var viewer = await host.AsAsync(Role.Viewer, "quiet");
        using var reader = await host.AsAsync([new Grant(Role.Operator, "quiet", Grant.Any)], TokenScope.Read);
        using var caller = await host.AsAsync(Role.Operator, "loud");

        await Eventually.Holds(() => router.Access?.Keys.Any(k => k.Grants.Any(g => g.Namespace == "loud")) == true);

        Assert.DoesNotContain(router.Access!.Keys, k => k.Grants.Any(g => g.Namespace == "quiet"));
    }

    [Fact]
    public async Task A_silent_node_is_lost_unrouted_and_put_back_on_return()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("lost.model");
        var version = await host.ReadyVersionAsync(admin, model);
        var doomed = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "doomed");
        await using var other = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "survivor");
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "watching-router");
        await HeldByAsync(model, version, doomed, other);
        await host.ShiftAsync(model, version, "staging");
        await Eventually.Holds(() => NodesOf(router, model) == 2, what: "both nodes routed");

        await doomed.DisposeAsync();

        await Eventually.Holds(() => NodesOf(router, model) == 1, what: "the lost node unrouted");
        var seen = await admin.QueryAsync("""{ inferenceNodes { name state } events(where: { type: { eq: "node.lost" }, subject: { eq: "node:doomed" } }) { totalCount } }""");
        Assert.Equal(1, seen.GetProperty("events").GetProperty("totalCount").GetInt32());
        await using var back = await TestPeer.ConnectAsync(host.Address, TestPeer.Hello(PeerKind.Node, "doomed", doomed.Welcome!.Key));
        await Eventually.Holds(() => NodesOf(router, model) == 2, what: "the node put back");
    }

    [Fact]
    public async Task A_peer_that_was_called_lost_and_speaks_on_is_taken_back_as_it_was()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("spoken.model");
        var version = await host.ReadyVersionAsync(admin, model);
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "paused-router");
        await using var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "paused");
        await using var drained = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "paused-and-drained");
        await HeldByAsync(model, version, node, drained);
        await host.ShiftAsync(model, version, "staging");
        await Eventually.Holds(() => NodesOf(router, model) == 2, what: "both nodes routed");

        await host.LoseAsync("paused-router", "paused", "paused-and-drained");

        await Eventually.Holds(async () => await host.StatesAsync("paused-router", "paused", "paused-and-drained") is ["READY", "READY", "DRAINING"], what: "all three are there again");
        await Eventually.Holds(() => NodesOf(router, model) == 1, what: "the one that is not drained is routed");
        Assert.False(router.Ended || node.Ended || drained.Ended);
        var told = await admin.QueryAsync("""{ events(where: { type: { eq: "node.joined" }, subject: { eq: "node:paused" } }) { totalCount } }""");
        Assert.Equal(2, told.GetProperty("events").GetProperty("totalCount").GetInt32());
    }

    [Fact]
    public async Task The_last_node_that_held_a_version_stays_in_the_routes_though_it_is_silent()
    {
        using var admin = await host.AdminAsync();
        var model = await admin.ModelAsync("lonely.model");
        var version = await host.ReadyVersionAsync(admin, model);
        var node = await TestPeer.JoinAsync(host.Address, PeerKind.Node, "lonely");
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "lonely-router");
        await HeldByAsync(model, version, node);
        await host.ShiftAsync(model, version, "staging");
        await Eventually.Holds(() => NodesOf(router, model) == 1);

        await node.DisposeAsync();

        await Eventually.Holds(async () =>
        {
            var seen = await admin.QueryAsync("{ inferenceNodes { name state } }");
            return seen.GetProperty("inferenceNodes").EnumerateArray().Any(n => n.GetProperty("name").GetString() == "lonely" && n.GetProperty("state").GetString() == "LOST");
        }, TimeSpan.FromSeconds(20), "the node is lost");
        Assert.Equal(1, NodesOf(router, model));
    }

    [Fact]
    public async Task A_stream_at_another_process_hears_of_the_change_too()
    {
        var second = await host.StartAsync();
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(ApiHost.AddressOf(second), PeerKind.Router, "elsewhere");

        using var caller = await host.AsAsync(Role.Contributor, "elsewhere");

        await Eventually.Holds(() => router.Access?.Keys.Any(k => k.Grants.Any(g => g.Namespace == "elsewhere")) == true);
    }

    [Fact]
    public async Task Who_does_not_read_holds_up_nobody()
    {
        using var stuck = await OpenAsync();
        await stuck.SendAsync(ControlMessages.Write(TestPeer.Hello(PeerKind.Router, "stuck")), WebSocketMessageType.Text, true, Ct);
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "brisk");

        for (var i = 0; i < 20; i++)
            (await host.AsAsync(Role.Contributor, $"brisk{i}")).Dispose();

        await Eventually.Holds(() => router.Access?.Keys.Any(k => k.Grants.Any(g => g.Namespace == "brisk19")) == true, what: "the last key at the other router");
    }

    /// <summary>Assigns the version to the nodes and has each say that it is ready.</summary>
    private async Task HeldByAsync(string model, int version, params TestPeer[] nodes)
    {
        foreach (var node in nodes)
        {
            await host.PlaceAsync(model, version, "staging", node.Welcome!.Id);
            await Eventually.Holds(() => node.Assignments?.Items.Any(i => i.Model == model) == true);
            await node.SendAsync(new Placements(1, [new PlacementItem(node.Assignments!.Items.Single(i => i.Model == model).VersionId, model, version, PlacementState.Ready, 1, 1)]));
        }
    }

    private static int NodesOf(TestPeer router, string model) => router.Routes?.Endpoints.SingleOrDefault(e => e.Model == model)?.Variants.Single().Nodes.Length ?? 0;

    /// <summary>The node does what it is assigned, and says so.</summary>
    private static async Task<PlacementItem> LoadAsync(TestPeer node, string model, int version)
    {
        await Eventually.Holds(() => node.Assignments?.Items.Any(i => i.Model == model) == true, what: "the assignment");
        var held = new PlacementItem(node.Assignments!.Items.Single(i => i.Model == model).VersionId, model, version, PlacementState.Ready, 1000, 5);
        await node.SendAsync(new Placements(node.Assignments.Revision, [held]));
        return held;
    }

    private async Task<IReadOnlyList<string>> PlacesAsync(string model)
    {
        await using var db = host.Open();
        var places = await db.Placements.Where(p => p.Version.Model.Name == model).Select(p => new { p.Endpoint.Environment.Name, p.State }).ToListAsync(Ct);
        return [.. places.Select(p => $"{p.Name} {p.State}").Order(StringComparer.Ordinal)];
    }

    private async Task<ClientWebSocket> OpenAsync()
    {
        var client = new ClientWebSocket();
        await client.ConnectAsync(new UriBuilder(host.Address) { Scheme = "ws", Path = "/control" }.Uri, Ct);
        return client;
    }

    private static async Task<string> FirstTypeAsync(ClientWebSocket client)
    {
        var buffer = new byte[4096];
        var read = await client.ReceiveAsync(buffer, Ct);
        return System.Text.Json.JsonDocument.Parse(buffer.AsMemory(0, read.Count)).RootElement.GetProperty("type").GetString()!;
    }
}
