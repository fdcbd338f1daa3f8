using System.Net;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>Nodes that are dead, slow, lying or half-hearted, in front of which nobody loses a request that another node answers.</summary>
public sealed class BadNodesTests
{
    private const string Sound = "{\"from\":\"sound\"}";

    [Fact]
    public async Task A_dead_node_costs_no_request_and_comes_back_when_it_listens()
    {
        await using var sound = FakeNode.Saying(Sound);
        await using var dead = new FakeNode((_, stream, ct) => FakeNode.WriteAsync(stream, FakeNode.Http("{}"), ct), listens: false);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(sound, dead));

        for (var i = 0; i < 20; i++)
            Assert.Equal((200, Sound), await all.SayAsync());
        Assert.Contains("modelhub_router_nodes_ejected 1", await all.MetricsAsync(), StringComparison.Ordinal);

        dead.Listen();
        await Until.TrueAsync(async () => (await all.SayAsync()).Status == 200 && !dead.Requests.IsEmpty, "the node is asked again");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"half\":")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\n{}")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2;x=y\r\n{}\r\n0\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n{}")]
    public async Task What_is_not_one_whole_answer_is_asked_for_elsewhere(string raw)
    {
        await using var sound = FakeNode.Saying(Sound);
        await using var lying = new FakeNode(async (_, stream, ct) =>
        {
            await FakeNode.WriteAsync(stream, raw, ct);
            stream.Close();
        });
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(sound, lying));

        await Until.TrueAsync(
            async () =>
            {
                Assert.Equal((200, Sound), await all.SayAsync());
                return !lying.Requests.IsEmpty;
            },
            "the lying node was asked");

        await Until.TrueAsync(async () => (await all.MetricsAsync()).Contains("modelhub_router_nodes_ejected 1", StringComparison.Ordinal), "it is passed over");
    }

    [Fact]
    public async Task An_answer_that_nobody_asked_for_reaches_nobody()
    {
        using var more = new SemaphoreSlim(0);
        using var written = new SemaphoreSlim(0);
        await using var node = new FakeNode(async (request, stream, ct) =>
        {
            await FakeNode.WriteAsync(stream, FakeNode.Http($"{{\"to\":{request.Body}}}"), ct);
            await more.WaitAsync(ct);
            await FakeNode.WriteAsync(stream, FakeNode.Http("{\"to\":\"smuggled\"}"), ct);
            written.Release();
        });
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        for (var i = 0; i < 10; i++)
        {
            Assert.Equal((200, $"{{\"to\":{i}}}"), await all.SayAsync($"{i}"));
            more.Release();
            await written.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    [Fact]
    public async Task What_was_sent_on_a_used_connection_before_it_was_asked_for_costs_no_request()
    {
        var lies = 0;
        await using var node = new FakeNode((request, stream, ct) =>
        {
            var id = request.Before > 0 && Interlocked.CompareExchange(ref lies, 1, 0) == 0 ? "an-earlier-one" : request.Headers["x-request-id"];
            return FakeNode.WriteAsync(stream, FakeNode.Http($"{{\"to\":{request.Body}}}").Replace("Content-Type", $"x-request-id: {id}\r\nContent-Type", StringComparison.Ordinal), ct);
        })
        {
            Echoes = false,
        };
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        var asked = 0;
        while (lies == 0 && asked < 100)
            Assert.Equal((200, $"{{\"to\":{++asked}}}"), await all.SayAsync($"{asked}"));

        Assert.Equal(1, lies);
        Assert.Equal(asked + 1, node.Requests.Count);
    }

    [Theory]
    [InlineData("x-request-id: another\r\n")]
    [InlineData("x-request-id: {id}\r\nx-request-id: another\r\n")]
    [InlineData("")]
    public async Task An_answer_to_another_request_is_asked_for_elsewhere(string echo)
    {
        await using var sound = FakeNode.Saying(Sound);
        await using var lying = new FakeNode((request, stream, ct) =>
            FakeNode.WriteAsync(stream, FakeNode.Http("{\"to\":\"smuggled\"}").Replace("Content-Type", echo.Replace("{id}", request.Headers["x-request-id"], StringComparison.Ordinal) + "Content-Type", StringComparison.Ordinal), ct))
        {
            Echoes = false,
        };
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(sound, lying));

        await Until.TrueAsync(
            async () =>
            {
                Assert.Equal((200, Sound), await all.SayAsync());
                return !lying.Requests.IsEmpty;
            },
            "the lying node was asked");

        await Until.TrueAsync(async () => (await all.MetricsAsync()).Contains("modelhub_router_nodes_ejected 1", StringComparison.Ordinal), "it is passed over");
    }

    [Fact]
    public async Task Too_slow_is_504_once_and_the_node_is_passed_over_after_three()
    {
        await using var slow = FakeNode.Hanging();
        await using var sound = FakeNode.Saying(Sound);
        await using var all = await RouterAndNodes.StartAsync("--Limits:RequestMilliseconds", "200");
        await all.RouteAsync(RouterAndNodes.Primary(slow, sound));

        var statuses = new List<int>();
        await Until.TrueAsync(
            async () =>
            {
                statuses.Add((await all.SayAsync()).Status);
                return slow.Requests.Count >= 3;
            },
            "three time-outs");
        for (var i = 0; i < 10; i++)
            Assert.Equal(200, (await all.SayAsync()).Status);

        Assert.Equal(3, statuses.Count(s => s == 504));
        Assert.All(statuses, s => Assert.True(s is 200 or 504));
        await Until.TrueAsync(() => all.Measured.Sum(m => m.Errors.TimedOut) == 3, "time-outs are told");
    }

    [Fact]
    public async Task A_node_that_fails_five_times_in_a_row_is_passed_over_and_a_bad_request_blames_nobody()
    {
        await using var failing = FakeNode.Saying("{\"error\":\"out of memory\"}", 500);
        await using var sound = FakeNode.Saying(Sound, 400);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(failing, sound));

        await Until.TrueAsync(
            async () =>
            {
                await all.SayAsync();
                return failing.Requests.Count >= 5;
            },
            "five failures");
        for (var i = 0; i < 10; i++)
            Assert.Equal(400, (await all.SayAsync()).Status);

        Assert.Equal(5, failing.Requests.Count);
        Assert.Contains("modelhub_router_targets_ejected 1", await all.MetricsAsync(), StringComparison.Ordinal);
        await Until.TrueAsync(() => all.Measured.Sum(m => m.Errors.OfEndpoint) == 5, "failures are told");
    }

    [Fact]
    public async Task A_503_is_asked_for_elsewhere_once()
    {
        FakeNode[] unready = [FakeNode.Saying("{}", 503), FakeNode.Saying("{}", 503), FakeNode.Saying("{}", 503)];
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(unready));

        Assert.Equal(503, (await all.SayAsync()).Status);

        Assert.Equal(2, unready.Sum(n => n.Requests.Count));
        foreach (var node in unready)
            await node.DisposeAsync();
    }

    [Fact]
    public async Task A_node_much_slower_than_its_peers_is_passed_over()
    {
        await using var slow = new FakeNode(async (_, stream, ct) =>
        {
            await Task.Delay(60, ct);
            await FakeNode.WriteAsync(stream, FakeNode.Http("{}"), ct);
        });
        await using var sound = FakeNode.Saying(Sound);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(slow, sound));

        await Until.TrueAsync(
            async () =>
            {
                var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => all.SayAsync()));
                Assert.All(answers, a => Assert.Equal(200, a.Status));
                return (await all.MetricsAsync()).Contains("modelhub_router_targets_ejected 1", StringComparison.Ordinal);
            },
            "the slow one is passed over");
    }

    [Fact]
    public async Task A_connection_closed_while_it_lay_idle_is_no_fault()
    {
        await using var node = new FakeNode(async (_, stream, ct) =>
        {
            await FakeNode.WriteAsync(stream, FakeNode.Http(Sound), ct);
            stream.Close();
        });
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        for (var i = 0; i < 30; i++)
            Assert.Equal((200, Sound), await all.SayAsync());
    }

    [Fact]
    public async Task Only_named_headers_reach_a_node_and_its_key_is_the_routers()
    {
        await using var node = FakeNode.Saying(Sound);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        using var response = await all.AskAsync("{\"a\":1}", null, RouterAndNodes.Path, ("x-request-id", "r-7"), ("x-secret", "s"), ("traceparent", "00-1-2-01"), ("Cookie", "c=1"));

        var request = Assert.Single(node.Requests);
        Assert.Equal("POST /v2/models/m/versions/1/infer HTTP/1.1", request.Line);
        Assert.Equal(("r-7", "00-1-2-01", "{\"a\":1}"), (request.Headers["x-request-id"], request.Headers["traceparent"], request.Body));
        Assert.StartsWith("Bearer mhn_", request.Headers["Authorization"], StringComparison.Ordinal);
        Assert.DoesNotContain(request.Headers.Keys, k => k.Equals("x-secret", StringComparison.OrdinalIgnoreCase) || k.Equals("Cookie", StringComparison.OrdinalIgnoreCase));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
