using System.Net;
using System.Text;
using System.Text.Json;
using ModelHub.Hosting;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>A node and its control stream: what it holds, when it answers, how it lets go.</summary>
public sealed class ServingTests : IAsyncLifetime
{
    private FakeApi api = null!;

    public async ValueTask InitializeAsync() => api = await FakeApi.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task A_node_joins_once_by_token_and_comes_back_by_its_key()
    {
        using var data = new TemporaryFolder();
        await using (await NodeHost.StartAsync(api, "n1", data.Path))
            await Until.TrueAsync(() => api.Peers.Any(p => p.Hello is not null), "hello");
        var first = api["n1"].Hello!;

        await using var again = await NodeHost.StartAsync(api, "n1", data.Path);
        await Until.TrueAsync(() => api["n1"].Hello != first, "a second hello");

        Assert.Equal((FakeApi.JoinToken, null), (first.JoinToken, first.NodeKey));
        Assert.Null(api["n1"].Hello!.JoinToken);
        Assert.NotNull(api["n1"].Hello!.NodeKey);
        Assert.Equal(again.Address.ToString().TrimEnd('/'), api["n1"].Hello!.Address);
    }

    [Fact]
    public async Task An_assigned_version_is_fetched_loaded_warmed_reported_and_answers()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        var revision = api.Assign("n1", api.Assignment("risk.credit", 3, TinyModel.Linear([1, 2], 0.5f)));
        await ReadyAsync("n1");

        var answer = await InferAsync(node, "risk.credit/versions/3", """{"id":"a1","inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}]}""");

        Assert.Equal("""{"model_name":"risk.credit","model_version":"3","id":"a1","outputs":[{"name":"y","datatype":"FP32","shape":[2,1],"data":[5.5,11.5]}]}""", answer.Body);
        Assert.Contains(api["n1"].Said, m => m is Applied { Kind: AppliedKind.Assignments } applied && applied.Revision == revision);
        Assert.Equal(PlacementState.Ready, api["n1"].Placements!.Items.Single().State);
        PlacementState[] seen = [.. api["n1"].Said.OfType<Placements>().SelectMany(p => p.Items).Select(i => i.State).Distinct()];
        Assert.Equal([PlacementState.Fetching, PlacementState.Loading, PlacementState.Warming, PlacementState.Ready], seen.Where(s => s != PlacementState.Pending));
    }

    [Fact]
    public async Task A_version_no_longer_assigned_answers_until_it_is_drained_and_then_goes()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        var (old, next) = (api.Assignment("m", 1, TinyModel.Linear([1], 0)), api.Assignment("m", 2, TinyModel.Linear([2], 0)));
        api.Assign("n1", old, next);
        await ReadyAsync("n1");

        api.Assign("n1", next);
        await Until.TrueAsync(() => api["n1"].Placements!.Items.Any(i => i.State == PlacementState.Draining), "draining");
        var during = await InferAsync(node, "m/versions/1", Ones);
        await Until.TrueAsync(() => api["n1"].Placements!.Items.Length == 1, "unloaded");
        var after = await InferAsync(node, "m/versions/1", Ones);

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.NotFound), (during.Status, after.Status));
        Assert.Equal(HttpStatusCode.OK, (await InferAsync(node, "m", Ones)).Status);
    }

    [Fact]
    public async Task An_artifact_that_cannot_be_had_for_a_moment_is_fetched_again_and_no_failure_is_told()
    {
        api.ArtifactFaults = 2;
        await using var node = await NodeHost.StartAsync(api, "n1");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));

        await ReadyAsync("n1");

        var told = api["n1"].Said.OfType<Placements>().SelectMany(p => p.Items).ToList();
        Assert.DoesNotContain(told, item => item.State == PlacementState.Failed);
        Assert.Contains(told, item => item is { State: PlacementState.Pending, Failure.Message: "The API answered 500 for the artifact." });
        Assert.Equal(HttpStatusCode.OK, (await InferAsync(node, "m", Ones)).Status);
    }

    [Fact]
    public async Task An_artifact_that_is_not_the_one_asked_for_is_never_loaded()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        var (good, bad) = (TinyModel.Linear([1], 0), TinyModel.Linear([9], 0));
        api.Assign("n1", api.Assignment("m", 1, good) with { Digest = api.StoreLie(good, bad) });

        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is [{ State: PlacementState.Failed }] && p.AppliedAccess == api.AccessRevision), "failed");

        Assert.Equal("digest-mismatch", api["n1"].Placements!.Items[0].Failure!.Reason);
        Assert.Equal(HttpStatusCode.NotFound, (await InferAsync(node, "m", Ones)).Status);
    }

    [Fact]
    public async Task An_optimised_graph_is_loaded_instead_of_the_model_and_the_model_where_it_cannot_be()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        // Another weight, so that the answer tells which of the two was loaded.
        var optimised = TinyModel.Linear([9], 0);
        api.Assign(
            "n1",
            api.Assignment("good", 1, TinyModel.Linear([1], 0)) with { Optimised = new(api.Store(optimised), optimised.Length) },
            api.Assignment("gone", 1, TinyModel.Linear([2], 0)) with { Optimised = new("sha256:" + new string('0', 64), 10) },
            api.Assignment("broken", 1, TinyModel.Linear([3], 0)) with { Optimised = new(api.Store([1, 2, 3]), 3) },
            api.Assignment("other", 1, TinyModel.Linear([4], 0)) with { Optimised = new(api.Store(TinyModel.Echo(ElementType.Int64, -1)), TinyModel.Echo(ElementType.Int64, -1).Length) });
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is { Length: 4 } items && items.All(i => i.State == PlacementState.Ready) && p.AppliedAccess == api.AccessRevision), "ready");

        var answers = new List<string>();
        foreach (var model in new[] { "good", "gone", "broken", "other" })
            answers.Add((await InferAsync(node, model, Ones)).Body);

        Assert.Equal([9, 2, 3, 4], answers.Select(a => JsonDocument.Parse(a).RootElement.GetProperty("outputs")[0].GetProperty("data")[0].GetDouble()));
    }

    [Theory]
    [InlineData("weights.bin", PlacementState.Ready)]
    [InlineData("../weights.bin", PlacementState.Failed)]
    public async Task A_bundle_is_unpacked_and_only_into_its_own_folder(string data, PlacementState expected)
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        using var bundle = new MemoryStream();
        using (var zip = new System.IO.Compression.ZipArchive(bundle, System.IO.Compression.ZipArchiveMode.Create, leaveOpen: true))
            foreach (var (name, bytes) in new[] { ("model.onnx", TinyModel.External("weights.bin")), (data, BitConverter.GetBytes(3f)) })
                using (var entry = zip.CreateEntry(name).Open())
                    entry.Write(bytes);
        api.Assign("n1", api.Assignment("m", 1, bundle.ToArray()));

        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is [{ State: PlacementState.Ready or PlacementState.Failed }]), "settled");

        Assert.Equal(expected, api["n1"].Placements!.Items[0].State);
        var answer = await InferAsync(node, "m", Ones);
        if (expected == PlacementState.Ready)
            Assert.EndsWith("""data":[3]}]}""", answer.Body, StringComparison.Ordinal);
        else
            Assert.Equal("The bundle cannot be unpacked: '../weights.bin' lies outside of it.", api["n1"].Placements!.Items[0].Failure!.Message);
    }

    [Fact]
    public async Task A_node_the_api_no_longer_knows_joins_anew()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        await Until.TrueAsync(() => api.Peers.Any(p => p.Hello is not null), "hello");
        var before = api["n1"].Id;

        api.ForgetPeers();

        await Until.TrueAsync(() => api["n1"].Id != before, "joined anew");
    }

    [Fact]
    public async Task A_model_that_never_ends_is_refused_by_a_child_process_and_others_serve_on()
    {
        await using var node = await NodeHost.StartAsync(api, "n1", null, "--Limits:ValidateFirst", "1", "--Limits:RunMilliseconds", "1000");
        api.Assign("n1", api.Assignment("good", 1, TinyModel.Linear([1], 0)), api.Assignment("endless", 1, TinyModel.Endless()));

        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is [_, _] items && items.All(i => i.State is PlacementState.Ready or PlacementState.Failed)), "settled");

        var failed = api["n1"].Placements!.Items.Single(i => i.State == PlacementState.Failed);
        Assert.Equal(("endless", "refused"), (failed.Model, failed.Failure!.Reason));
        Assert.Equal(HttpStatusCode.OK, (await InferAsync(node, "good", Ones)).Status);
    }

    [Fact]
    public async Task A_node_restarted_without_the_api_serves_on()
    {
        using var data = new TemporaryFolder();
        await using (await NodeHost.StartAsync(api, "n1", data.Path))
        {
            api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
            await ReadyAsync("n1");
        }
        await api.DownAsync();

        await using var node = await NodeHost.StartAsync(api, "n1", data.Path);
        await Until.TrueAsync(async () => (await node.Http.GetAsync("/v2/health/ready")).IsSuccessStatusCode, "ready without the api");

        Assert.Equal(HttpStatusCode.OK, (await InferAsync(node, "m", Ones)).Status);
        await api.UpAsync();
    }

    [Fact]
    public async Task Without_a_key_401_and_without_a_grant_403_and_health_is_open()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        await ReadyAsync("n1");

        foreach (var (token, status) in new[] { ("", 401), (FakeApi.Caller[..^1] + "x", 401), (FakeApi.Viewer, 403), (FakeApi.Caller, 200) })
        {
            node.Http.DefaultRequestHeaders.Remove("Authorization");
            if (token.Length > 0)
                node.Http.DefaultRequestHeaders.Add("Authorization", "Bearer " + token);

            Assert.Equal(status, (int)(await InferAsync(node, "m", Ones)).Status);
            Assert.Equal(status, (int)(await node.Http.GetAsync("/v2/models/m", TestContext.Current.CancellationToken)).StatusCode);
            Assert.Equal(200, (int)(await node.Http.GetAsync("/v2/health/live", TestContext.Current.CancellationToken)).StatusCode);
        }
    }

    [Fact]
    public async Task A_run_without_end_is_stopped_with_504_while_others_are_answered()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        // Warm-up feeds zeros: the loop ends at once; the request asks for 2^62 turns.
        var model = new TinyModel()
            .Loop("turns", "x", "y")
            .Input("turns", ElementType.Int64)
            .Input("x", ElementType.Float32, 1)
            .Output("y", ElementType.Float32, 1)
            .Written();
        api.Assign("n1", api.Assignment("loop", 1, model), api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        await ReadyAsync("n1");

        var endless = InferAsync(node, "loop", """{"parameters":{"timeout":300000},"inputs":[{"name":"turns","shape":[],"datatype":"INT64","data":[4611686018427387904]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""");
        var other = await InferAsync(node, "m", Ones);

        Assert.Equal(HttpStatusCode.OK, other.Status);
        Assert.Equal((HttpStatusCode.GatewayTimeout, """{"error":"The model did not answer within 0.3 seconds."}"""), await endless);
    }

    [Theory]
    [InlineData("150", HttpStatusCode.GatewayTimeout, "The model did not answer within 0.15 seconds.")]
    [InlineData("0", HttpStatusCode.BadRequest, "x-modelhub-timeout-ms must be a whole number of milliseconds between 1 and 3600000.")]
    [InlineData("soon", HttpStatusCode.BadRequest, "x-modelhub-timeout-ms must be a whole number of milliseconds between 1 and 3600000.")]
    public async Task The_caller_sets_a_deadline_by_header(string header, HttpStatusCode status, string message)
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        var model = new TinyModel()
            .Loop("turns", "x", "y")
            .Input("turns", ElementType.Int64)
            .Input("x", ElementType.Float32, 1)
            .Output("y", ElementType.Float32, 1)
            .Written();
        api.Assign("n1", api.Assignment("loop", 1, model));
        await ReadyAsync("n1");
        node.Http.DefaultRequestHeaders.Add("x-modelhub-timeout-ms", header);

        var answer = await InferAsync(node, "loop", """{"inputs":[{"name":"turns","shape":[],"datatype":"INT64","data":[4611686018427387904]},{"name":"x","shape":[1],"datatype":"FP32","data":[1]}]}""");

        Assert.Equal((status, $$"""{"error":"{{message}}"}"""), answer);
    }

    [Fact]
    public void Every_fault_of_the_configuration_is_told_at_once()
    {
        var fault = Assert.Throws<InvalidConfigurationException>(() =>
            ModelHub.Node.Program.Create(["--Api", "nowhere", "--JoinToken", "short", "--Memory", "-1"]));

        foreach (var key in new[] { "Api", "JoinToken", "Memory" })
            Assert.Contains($"{key}: ", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("short", fault.Message, StringComparison.Ordinal);
    }

    private const string Ones = """{"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}""";

    private static async Task<(HttpStatusCode Status, string Body)> InferAsync(NodeHost node, string model, string json)
    {
        using var response = await node.Http.PostAsync($"/v2/models/{model}/infer", new StringContent(json, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private Task ReadyAsync(string node) => Until.TrueAsync(
        () => api.Peers.Any(p => p.Name == node && p.Placements?.Items is { Length: > 0 } items && items.All(i => i.State == PlacementState.Ready)),
        "ready: " + JsonSerializer.Serialize(api.Peers.FirstOrDefault(p => p.Name == node)?.Placements));
}
