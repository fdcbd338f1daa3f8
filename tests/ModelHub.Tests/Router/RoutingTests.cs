using System.Collections.Concurrent;
using System.Net;
using System.Text;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router;

/// <summary>A router in front of real nodes, told what to do over a real control stream.</summary>
public sealed class RoutingTests : IAsyncLifetime
{
    private const string Ones = """{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}""";
    private FakeApi api = null!;

    public async ValueTask InitializeAsync() => api = await FakeApi.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task A_request_reaches_the_model_and_the_answer_says_which_version_gave_it()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api);
        var version = await HoldAsync("n1", api.Assignment("risk.credit", 7, TinyModel.Linear([2, 3], 1, "income", "age")));
        var variant = Variant(version, 100, "n1");
        await RouteAsync(Endpoint("risk.credit", variant));

        using var tensors = await PostAsync(router, "/production/v2/models/risk.credit/infer", """{"id":"q","inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","data":[10,1]}]}""");
        using var rows = await PostAsync(router, "/production/predict/risk.credit", """[{"age":1,"income":10},{"income":0,"age":0}]""");

        Assert.Equal("""{"model_name":"risk.credit","model_version":"7","id":"q","outputs":[{"name":"y","datatype":"FP32","shape":[1,1],"data":[24]}]}""", await BodyAsync(tensors));
        Assert.Equal("""{"model_name":"risk.credit","model_version":"7","predictions":[{"y":24},{"y":1}]}""", await BodyAsync(rows));
        Assert.Equal(("7", variant.VariantId.ToString()), (tensors.Headers.GetValues("x-modelhub-version").Single(), tensors.Headers.GetValues("x-modelhub-route").Single()));
        Assert.True(tensors.Headers.Contains("x-request-id"));
    }

    [Fact]
    public async Task Weights_are_exact_and_a_route_header_pins_the_arm()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api);
        var (one, two) = (api.Assignment("m", 1, TinyModel.Linear([1], 0)), api.Assignment("m", 2, TinyModel.Linear([1], 0)));
        await HoldAsync("n1", one, two);
        var canary = Variant(two, 30, "n1") with { Role = VariantRole.Canary };
        await RouteAsync(Endpoint("m", Variant(one, 70, "n1"), canary));

        var versions = new List<string>();
        for (var i = 0; i < 100; i++)
            versions.Add(await VersionAsync(router, null));
        var pinned = new List<string>();
        for (var i = 0; i < 10; i++)
            pinned.Add(await VersionAsync(router, canary.VariantId.ToString()));

        Assert.InRange(versions.Count(v => v == "2"), 28, 32);
        Assert.All(pinned, v => Assert.Equal("2", v));
    }

    [Fact]
    public async Task A_node_killed_under_load_loses_no_request_and_is_taken_back()
    {
        using var first = new NodeProcess(api, "n1");
        using var second = new NodeProcess(api, "n2");
        await using var router = await RouterHost.StartAsync(api);
        var version = api.Assignment("m", 1, TinyModel.Linear([1], 0));
        await HoldAsync("n1", version);
        await HoldAsync("n2", version);
        await RouteAsync(Endpoint("m", Variant(version, 100, "n1", "n2")));

        var statuses = await UnderLoadAsync(router, async answered =>
        {
            await Until.TrueAsync(() => answered() > 200, "load");
            first.Kill();
            var before = answered();
            await Until.TrueAsync(() => answered() > before + 500, "load on one node");
        });

        Assert.All(statuses, s => Assert.Equal(HttpStatusCode.OK, s));
        Assert.Contains("modelhub_router_nodes_ejected 1", await router.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_promotion_under_load_loses_no_request()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api);
        var (one, two) = (api.Assignment("m", 1, TinyModel.Linear([1], 0)), api.Assignment("m", 2, TinyModel.Linear([1], 0)));
        await HoldAsync("n1", one);
        await RouteAsync(Endpoint("m", Variant(one, 100, "n1")));

        var statuses = await UnderLoadAsync(router, async answered =>
        {
            await Until.TrueAsync(() => answered() > 100, "load");
            await HoldAsync("n1", one, two);
            await RouteAsync(Endpoint("m", Variant(two, 100, "n1")));
            await HoldAsync("n1", two);
            var before = answered();
            await Until.TrueAsync(() => answered() > before + 100, "load on the new version");
        });

        Assert.All(statuses, s => Assert.Equal(HttpStatusCode.OK, s));
        Assert.Equal("2", await VersionAsync(router, null));
    }

    [Fact]
    public async Task A_router_restarted_without_the_api_serves_on()
    {
        using var data = new TemporaryFolder();
        await using var node = await NodeHost.StartAsync(api, "n1");
        var version = api.Assignment("m", 1, TinyModel.Linear([1], 0));
        await using (await RouterHost.StartAsync(api, data.Path))
        {
            await HoldAsync("n1", version);
            await RouteAsync(Endpoint("m", Variant(version, 100, "n1")));
        }
        await api.DownAsync();

        await using var router = await RouterHost.StartAsync(api, data.Path);

        Assert.Equal("1", await VersionAsync(router, null));
        await api.UpAsync();
    }

    [Fact]
    public async Task Without_the_api_nothing_is_tried_out_any_more_until_it_has_told_a_table_anew()
    {
        using var data = new TemporaryFolder();
        await using var node = await NodeHost.StartAsync(api, "n1");
        var (one, two) = (api.Assignment("m", 1, TinyModel.Linear([1], 0)), api.Assignment("m", 2, TinyModel.Linear([1], 0)));
        string[] versions;
        await using (var router = await RouterHost.StartAsync(api, data.Path, "--Limits:TrialMilliseconds", "300"))
        {
            await HoldAsync("n1", one, two);
            await RouteAsync(Endpoint("m", Variant(one, 50, "n1"), Variant(two, 50, "n1") with { Role = VariantRole.Canary }));
            Assert.Contains("2", await TenAsync(router));

            await api.DownAsync();
            await Until.TrueAsync(async () => !(await TenAsync(router)).Contains("2"), "nothing for the canary");
            versions = [.. await TenAsync(router), .. await TenAsync(router)];
            await api.UpAsync();
            await Until.TrueAsync(async () => (await TenAsync(router)).Contains("2"), "the canary's share again");
        }
        await api.DownAsync();
        await using var restarted = await RouterHost.StartAsync(api, data.Path, "--Limits:TrialMilliseconds", "3600000");

        Assert.All(versions, version => Assert.Equal("1", version));
        Assert.All(await TenAsync(restarted), version => Assert.Equal("1", version));
        await api.UpAsync();

        async Task<string[]> TenAsync(RouterHost of)
        {
            var found = new string[10];
            for (var i = 0; i < found.Length; i++)
                found[i] = await VersionAsync(of, null);
            return found;
        }
    }

    [Fact]
    public async Task A_router_whose_api_has_lost_its_database_asks_no_canary_either_until_it_is_told_its_table_again()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api, null, "--Limits:TrialMilliseconds", "300");
        var (one, two) = (api.Assignment("m", 1, TinyModel.Linear([1], 0)), api.Assignment("m", 2, TinyModel.Linear([1], 0)));
        await HoldAsync("n1", one, two);
        var endpoint = Endpoint("m", Variant(one, 50, "n1"), Variant(two, 50, "n1") with { Role = VariantRole.Canary });
        await RouteAsync(endpoint);
        async Task<bool> AsksCanaryAsync() => (await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => VersionAsync(router, null)))).Contains("2");
        Assert.True(await AsksCanaryAsync());

        api["r1"].IsBlind = true;
        await Until.TrueAsync(async () => !await AsksCanaryAsync(), "nothing for the canary");
        api["r1"].IsBlind = false;
        await Until.TrueAsync(() => api["r1"].SeenBeats > 0, "a heartbeat of an API that sees");
        await RouteAsync(endpoint);

        await Until.TrueAsync(AsksCanaryAsync, "the canary's share again");
    }

    [Fact]
    public async Task Who_may_not_call_and_what_is_not_there_is_told_apart()
    {
        await using var router = await RouterHost.StartAsync(api, null, "--Limits:RequestBytes", "2048");
        var nowhere = new Assignment(Guid.CreateVersion7(), "empty", 1, "sha256:", 0, "onnx", "onnx", "");
        await RouteAsync(Endpoint("empty", Variant(nowhere, 100)));

        async Task<int> Status(string path, string token, string body)
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body) };
            request.Headers.TryAddWithoutValidation("Authorization", token);
            router.Http.DefaultRequestHeaders.Remove("Authorization");
            using var response = await router.Http.SendAsync(request, TestContext.Current.CancellationToken);
            return (int)response.StatusCode;
        }

        const string empty = "/production/v2/models/empty/infer";
        Assert.Equal(401, await Status(empty, "", Ones));
        Assert.Equal(401, await Status("/production/v2/models/absent/infer", "Bearer mh_nobody000001_x", Ones));
        Assert.Equal(403, await Status(empty, "Bearer " + FakeApi.Viewer, Ones));
        Assert.Equal(404, await Status("/production/v2/models/absent/infer", "Bearer " + FakeApi.Caller, Ones));
        Assert.Equal(404, await Status("/staging/v2/models/empty/infer", "Bearer " + FakeApi.Caller, Ones));
        Assert.Equal(503, await Status(empty, "Bearer " + FakeApi.Caller, Ones));
    }

    [Fact]
    public async Task Too_large_is_413_and_too_slow_is_504()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api, null, "--Limits:RequestBytes", "2048", "--Limits:RequestMilliseconds", "300");
        var loop = new TinyModel().Loop("turns", "x", "y").Input("turns", ModelHub.Onnx.ElementType.Int64).Input("x", ModelHub.Onnx.ElementType.Float32, 1).Output("y", ModelHub.Onnx.ElementType.Float32, 1).Written();
        var version = await HoldAsync("n1", api.Assignment("loop", 1, loop));
        await RouteAsync(Endpoint("loop", Variant(version, 100, "n1")));

        using var large = await PostAsync(router, "/production/v2/models/loop/infer", new string(' ', 3000));
        using var slow = await PostAsync(router, "/production/v2/models/loop/infer", """{"parameters":{"timeout":2000000},"inputs":[{"name":"turns","shape":[],"datatype":"INT64","data":[4611686018427387904]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""");

        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, HttpStatusCode.GatewayTimeout), (large.StatusCode, slow.StatusCode));
    }

    [Fact]
    public async Task What_was_answered_is_measured_by_variant_and_outcome()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api);
        var version = await HoldAsync("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        var variant = Variant(version, 100, "n1");
        await RouteAsync(Endpoint("m", variant));

        for (var i = 0; i < 20; i++)
            (await PostAsync(router, "/production/v2/models/m/infer", i < 15 ? Ones : "{}")).Dispose();

        Measurement[] Measured() => [.. api["r1"].Said.OfType<Measurements>().SelectMany(m => m.Items)];
        await Until.TrueAsync(() => Measured().Sum(m => m.Requests) == 20, "measurements");
        Assert.Equal(5, Measured().Sum(m => m.Errors.Refused));
        Assert.All(Measured(), m => Assert.Equal((variant.VariantId, version.VersionId, api["n1"].Id), (m.VariantId, m.VersionId, m.NodeId)));
        Assert.InRange(Measured().Select(m => m.Latency).Aggregate((a, b) => a.Merge(b)).Quantile(0.5)!.Value, 0.01, 5000);
    }

    private static RouteEndpoint Endpoint(string model, params RouteVariant[] variants) =>
        new(new Guid("0198c0de-0000-7000-8000-0000000000e1"), "production", model, variants);

    private RouteVariant Variant(Assignment version, double weight, params string[] nodes) => new(
        Guid.CreateVersion7(), version.VersionId, version.Version, VariantRole.Primary, weight,
        [.. nodes.Select(n => new RouteNode(api[n].Id, api[n].Hello!.Address))]);

    private async Task<Assignment> HoldAsync(string node, params Assignment[] versions)
    {
        var revision = api.Assign(node, versions);
        await Until.TrueAsync(
            () => api[node].Placements is { } p && p.Revision >= revision && p.Items.Length == versions.Length && p.Items.All(i => i.State == PlacementState.Ready),
            $"{node} holds its versions");
        return versions[0];
    }

    private async Task RouteAsync(params RouteEndpoint[] endpoints)
    {
        var revision = api.Route("r1", endpoints);
        await Until.TrueAsync(
            () => api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision)
                && api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Access),
            "the router applied its table");
        // Nodes must know the router's key before they let it in.
        var key = api["r1"].Id;
        await Until.TrueAsync(() => api.Peers.Where(p => p.Hello?.Kind == PeerKind.Node).All(p => p.AppliedAccess >= api.AccessRevision), $"access of {key}");
    }

    private static async Task<ConcurrentBag<HttpStatusCode>> UnderLoadAsync(RouterHost router, Func<Func<int>, Task> during)
    {
        var statuses = new ConcurrentBag<HttpStatusCode>();
        using var end = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!end.IsCancellationRequested)
            {
                using var response = await PostAsync(router, "/production/v2/models/m/infer", Ones);
                statuses.Add(response.StatusCode);
            }
        })).ToArray();
        await during(() => statuses.Count);
        await end.CancelAsync();
        await Task.WhenAll(load);
        return statuses;
    }

    private static async Task<string> VersionAsync(RouterHost router, string? route)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/production/v2/models/m/infer") { Content = new StringContent(Ones, Encoding.UTF8, "application/json") };
        if (route is not null)
            request.Headers.Add("x-modelhub-route", route);
        using var response = await router.Http.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, await BodyAsync(response));
        return response.Headers.GetValues("x-modelhub-version").Single();
    }

    private static Task<HttpResponseMessage> PostAsync(RouterHost router, string path, string json) =>
        router.Http.PostAsync(path, new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);

    private static Task<string> BodyAsync(HttpResponseMessage response) =>
        response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
}
