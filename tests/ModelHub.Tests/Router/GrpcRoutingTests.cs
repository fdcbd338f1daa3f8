using Google.Protobuf;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router;

/// <summary>gRPC through a router in front of real nodes.</summary>
public sealed class GrpcRoutingTests : IAsyncLifetime
{
    private static readonly (string, string) Production = ("x-modelhub-environment", "production");
    private FakeApi api = null!;
    private RouterHost router = null!;
    private NodeHost node = null!;
    private GrpcClient client = null!;
    private Assignment[] versions = [];
    private RouteNode[] nodes = [];

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1");
        router = await RouterHost.StartAsync(api);
        client = new GrpcClient(router.Grpc);
        versions = [api.Assignment("m", 1, TinyModel.Linear([1], 0)), api.Assignment("m", 2, TinyModel.Linear([2], 0))];
        api.Assign("n1", versions);
        await Until.TrueAsync(() => api["n1"].Placements?.Items.Count(i => i.State == PlacementState.Ready) == 2, "both versions are ready");
        nodes = [new(Guid.CreateVersion7(), "http://127.0.0.1:1", "http://127.0.0.1:1"), new(api["n1"].Id, api["n1"].Hello!.Address, api["n1"].Hello!.GrpcAddress)];
        await RouteAsync(VariantRole.Shadow, 0);
    }

    private async Task RouteAsync(VariantRole second, double weight, RouteExperiment? experiment = null, TrafficRules? rules = null, RouteLedger? ledger = null, RouteComparison? mirror = null)
    {
        var revision = api.Route("r1", new RouteEndpoint(Guid.CreateVersion7(), "production", "m",
        [
            new(Guid.CreateVersion7(), versions[0].VersionId, versions[0].Version, VariantRole.Primary, 100 - weight, nodes),
            new(Guid.CreateVersion7(), versions[1].VersionId, versions[1].Version, second, weight, nodes, mirror is null ? null : 100, mirror),
        ], rules, experiment, ledger));
        await Until.TrueAsync(() => api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision)
            && api.Peers.All(p => p.AppliedAccess >= api.AccessRevision), "the router applied its table and the node knows the router");
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await router.DisposeAsync();
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task A_call_reaches_the_version_that_takes_the_traffic_whatever_node_is_dead()
    {
        for (var i = 0; i < 10; i++)
        {
            var (status, message, answer) = await client.SendAsync("ModelInfer", GrpcClient.Frame(Request("m", "").ToByteArray()), Production);

            Assert.True(status == GrpcStatus.Ok, $"{status} {message}");
            Assert.Equal(("m", "1"), (ModelInferResponse.Parser.ParseFrom(answer).ModelName, ModelInferResponse.Parser.ParseFrom(answer).ModelVersion));
        }

        await Until.TrueAsync(() => api["r1"].Said.OfType<Measurements>().SelectMany(m => m.Items).Sum(m => m.Requests) == 10, "calls are measured");
    }

    [Fact]
    public async Task A_key_in_the_metadata_keeps_its_arm_of_an_experiment_and_is_told_once()
    {
        byte[] salt = [1, 2, 3];
        await RouteAsync(VariantRole.Arm, 50, new RouteExperiment(Guid.CreateVersion7(), new StickyKey(StickySource.Header, "x-user"), salt));
        var arms = new HashSet<(int User, string Version)>();

        for (var i = 0; i < 60; i++)
        {
            var (_, _, answer) = await client.SendAsync("ModelInfer", GrpcClient.Frame(Request("m", "").ToByteArray()), Production, ("x-user", $"user-{i % 20}"));
            arms.Add((i % 20, ModelInferResponse.Parser.ParseFrom(answer).ModelVersion));
        }

        Assert.Equal(20, arms.Count);
        Assert.Equal(["1", "2"], arms.Select(a => a.Version).Distinct().Order());
        await Until.TrueAsync(() => api["r1"].Said.OfType<Exposures>().Sum(e => e.Items.Length) >= 20, "every key is told");
        Assert.Equal(
            Enumerable.Range(0, 20).Select(user => UnitHash.OfKey(salt, $"user-{user}")).Order(),
            api["r1"].Said.OfType<Exposures>().SelectMany(e => e.Items).Select(i => i.Key).Order());
    }

    [Fact]
    public async Task An_answer_over_gRPC_is_worth_what_it_says_in_an_experiment()
    {
        byte[] salt = [1, 2, 3];
        await RouteAsync(VariantRole.Arm, 50, new RouteExperiment(Guid.CreateVersion7(), new StickyKey(StickySource.Header, "x-user"), salt, new RouteMetric("y")));
        var expected = new Dictionary<Guid, double?>();

        for (var user = 0; user < 20; user++)
        {
            var (_, _, answer) = await client.SendAsync("ModelInfer", GrpcClient.Frame(Request("m", "").ToByteArray()), Production, ("x-user", $"user-{user}"));
            var said = ModelInferResponse.Parser.ParseFrom(answer);
            expected[UnitHash.OfKey(salt, $"user-{user}")] = said.RawOutputContents.Count > 0 ? BitConverter.ToSingle(said.RawOutputContents[0].Span) : said.Outputs[0].Contents.Fp32Contents[0];
        }

        await Until.TrueAsync(() => api["r1"].Said.OfType<Exposures>().Sum(e => e.Items.Length) >= 20, "every key is told");
        Assert.Equal(2, expected.Values.Distinct().Count());
        Assert.All(api["r1"].Said.OfType<Exposures>().SelectMany(e => e.Items), told => Assert.Equal(expected[told.Key], told.Value));
    }

    [Fact]
    public async Task What_a_canary_fails_on_counts_as_its_failure_and_the_primary_answers()
    {
        await ServeAsync(TinyModel.Table(Enumerable.Range(0, 100).Select(i => (float)i).ToArray()), TinyModel.Table(0, 1, 2));
        await RouteAsync(VariantRole.Canary, 50, rules: new TrafficRules(CanaryFallsBack: true));
        var canary = versions[1].VersionId;

        for (var i = 0; i < 20; i++)
        {
            var (status, message, answer) = await client.SendAsync("ModelInfer", GrpcClient.Frame(Whole(50).ToByteArray()), Production);
            Assert.True(status == GrpcStatus.Ok, $"{status} {message}");
            Assert.Equal("3", ModelInferResponse.Parser.ParseFrom(answer).ModelVersion);
        }

        await Until.TrueAsync(() => Measured.Where(m => m.VersionId == versions[0].VersionId).Sum(m => m.Requests) == 20, "every answer is measured");
        await Until.TrueAsync(() => Tried().Requests >= 9, "so are the tries before");
        var before = Tried();
        // Turns are dealt evenly, from any place of their circle on.
        Assert.InRange(before.Requests, 9, 11);
        Assert.Equal(before.Requests, before.Failed);

        await RouteAsync(VariantRole.Canary, 100);
        var failed = await client.FailAsync("ModelInfer", Whole(50), Production);
        Assert.Equal(GrpcStatus.InvalidArgument, failed.Status);
        await Until.TrueAsync(() => Tried().Failed > before.Failed, "what nobody answered for it is its failure, too");
        Assert.Equal(Tried().Requests, Tried().Failed);

        (long Requests, long Failed) Tried() => (Measured.Where(m => m.VersionId == canary).Sum(m => m.Requests), Measured.Where(m => m.VersionId == canary).Sum(m => m.Errors.Failed));
    }

    [Fact]
    public async Task Calls_are_told_to_the_ledger_with_their_values_and_what_failed_with_its_status()
    {
        await ServeAsync(TinyModel.Table(0, 10, 20), TinyModel.Table(0));
        await RouteAsync(VariantRole.Shadow, 0, ledger: new RouteLedger(1, 10_000, 16_384));

        await client.SendAsync("ModelInfer", GrpcClient.Frame(Whole(2, 1).ToByteArray()), Production, ("x-request-id", "r-1"));
        var raw = Whole();
        raw.Inputs[0].Shape[0] = 1;
        raw.RawInputContents.Add(ByteString.CopyFrom(BitConverter.GetBytes(1L)));
        await client.SendAsync("ModelInfer", GrpcClient.Frame(raw.ToByteArray()), Production, ("x-request-id", "r-2"));
        await client.SendAsync("ModelInfer", GrpcClient.Frame(Whole(50).ToByteArray()), Production, ("x-request-id", "r-3"));
        await client.SendAsync("ModelReady", GrpcClient.Frame(new ModelReadyRequest { Name = "m" }.ToByteArray()), Production, ("x-request-id", "r-4"));

        await Until.TrueAsync(() => Told().Count() >= 3, "all three are told");
        Assert.Equal(
            [
                ("r-1", 200, """[{"x":2},{"x":1}]""", """[{"y":20},{"y":10}]"""), ("r-2", 200, """[{"x":1}]""", """[{"y":10}]"""), ("r-3", 422, """[{"x":50}]""", null),
            ],
            Told().OrderBy(r => r.RequestId, StringComparer.Ordinal).Select(r => (r.RequestId, r.Status, r.Inputs, r.Outputs)));
        Assert.All(Told(), r => Assert.Null(r.Omitted));
    }

    [Fact]
    public async Task What_both_variants_say_over_gRPC_is_told_each_for_itself()
    {
        await ServeAsync(TinyModel.Table(0, 10), TinyModel.Table(0, 20));
        await RouteAsync(VariantRole.Canary, 50);

        await Until.TrueAsync(
            async () =>
            {
                await client.SendAsync("ModelInfer", GrpcClient.Frame(Whole(1).ToByteArray()), Production);
                return versions.All(v => Said(v.VersionId).Any());
            },
            "both are told");

        Assert.Equal(
            [("y", DifferenceScale.Bucket(10)), ("y", DifferenceScale.Bucket(20))],
            versions.Select(v => Said(v.VersionId).First()).Select(said => (said.Output, said.Positive.Offset)));
    }

    [Fact]
    public async Task Calls_are_copied_to_a_shadow_and_what_both_answer_is_compared()
    {
        await ServeAsync(TinyModel.Table(0, 10, 20), TinyModel.Table(0, 10, 25));
        await RouteAsync(VariantRole.Shadow, 0, mirror: new RouteComparison(0.001, 0, Segment: "x"));

        for (var i = 0; i < 30; i++)
            await client.SendAsync("ModelInfer", GrpcClient.Frame(Whole(i % 3).ToByteArray()), Production);
        await client.FailAsync("ModelInfer", Whole(7), Production);
        await Until.TrueAsync(() => Found is { Pairs: { Compared: 30, BothFailed: 1 } }, "all copies are compared");

        var (found, output) = (Found!, Found!.Outputs.Single());
        Assert.Equal(new PairCounts(30, 0, 0, 1, 0, 0, 30, 10), found.Pairs);
        Assert.Equal(("y", 30, 20, 10, 5), (output.Name, output.Values, output.Equal, output.Different, output.MaxDifference));
        Assert.Equal([("0", 10L, 0L), ("1", 10L, 0L), ("2", 10L, 10L)], found.Segments.Select(s => (s.Value, s.Rows, s.DifferentRows)));
        Assert.Equal(
            ("""{"inputs":[{"name":"x","shape":[1,1],"data":[2]}]}""", """{"outputs":[{"name":"y","shape":[1,1],"data":[20]}]}""", """{"outputs":[{"name":"y","shape":[1,1],"data":[25]}]}"""),
            (output.Worst[0].Request, output.Worst[0].PrimaryAnswer, output.Worst[0].CandidateAnswer));
        await Until.TrueAsync(() => Measured.Where(m => m.VersionId == versions[1].VersionId).Sum(m => m.Requests) == 31, "copies are measured");
    }

    [Fact]
    public async Task An_example_of_a_call_hides_what_is_not_to_be_shown()
    {
        await ServeAsync(TinyModel.Table(0, 10), TinyModel.Table(0, 25));
        await RouteAsync(VariantRole.Shadow, 0, mirror: new RouteComparison(0.001, 0, Redacted: ["x"]));

        await client.SendAsync("ModelInfer", GrpcClient.Frame(Whole(1).ToByteArray()), Production);
        await Until.TrueAsync(() => Found is { Pairs.Compared: 1 }, "the copy is compared");

        Assert.Equal("""{"inputs":[{"name":"x","shape":[1,1],"data":"redacted"}]}""", Found!.Outputs.Single().Worst.Single().Request);
    }

    [Fact]
    public async Task Metadata_and_readiness_come_through_and_the_router_tells_of_itself()
    {
        Assert.True((await client.CallAsync<ServerLiveResponse>("ServerLive", new ServerLiveRequest())).Live);
        Assert.True((await client.CallAsync<ServerReadyResponse>("ServerReady", new ServerReadyRequest())).Ready);
        Assert.Equal("modelhub", (await client.CallAsync<ServerMetadataResponse>("ServerMetadata", new ServerMetadataRequest())).Name);

        var (ready, _, state) = await client.SendAsync("ModelReady", GrpcClient.Frame(new ModelReadyRequest { Name = "m" }.ToByteArray()), Production);
        var (found, _, model) = await client.SendAsync("ModelMetadata", GrpcClient.Frame(new ModelMetadataRequest { Name = "m" }.ToByteArray()), Production);

        Assert.Equal((GrpcStatus.Ok, GrpcStatus.Ok), (ready, found));
        Assert.True(ModelReadyResponse.Parser.ParseFrom(state).Ready);
        Assert.Equal("x", ModelMetadataResponse.Parser.ParseFrom(model).Inputs.Single().Name);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_the_codes_of_gRPC()
    {
        using var stranger = new GrpcClient(router.Grpc, "mh_nobody000001_x");
        using var viewer = new GrpcClient(router.Grpc, FakeApi.Viewer);
        using var oneWhoOperates = new GrpcClient(router.Grpc, FakeApi.Operator);

        Assert.Equal(GrpcStatus.Unauthenticated, (await stranger.FailAsync("ModelInfer", Request("m", ""), Production)).Status);
        Assert.Equal(GrpcStatus.PermissionDenied, (await viewer.FailAsync("ModelInfer", Request("m", ""), Production)).Status);
        Assert.Equal(GrpcStatus.InvalidArgument, (await client.FailAsync("ModelInfer", Request("m", ""))).Status);
        Assert.Equal(GrpcStatus.NotFound, (await client.FailAsync("ModelInfer", Request("absent", ""), Production)).Status);
        Assert.Equal(GrpcStatus.InvalidArgument, (await client.FailAsync("ModelInfer", Request("m/versions/2", ""), Production)).Status);
        Assert.Equal(GrpcStatus.PermissionDenied, (await client.FailAsync("ModelInfer", Request("m", "2"), Production)).Status);
        Assert.Equal(GrpcStatus.Unimplemented, (await client.FailAsync("RepositoryIndex", Request("m", ""), Production)).Status);
        Assert.Equal(GrpcStatus.InvalidArgument, (await client.FailAsync("ModelInfer", new ModelInferRequest { ModelName = "m" }, Production)).Status);
        var (status, _, answer) = await oneWhoOperates.SendAsync("ModelInfer", GrpcClient.Frame(Request("m", "2").ToByteArray()), Production);
        Assert.Equal((GrpcStatus.Ok, "2"), (status, ModelInferResponse.Parser.ParseFrom(answer).ModelVersion));
    }

    private Comparison? Found => api["r1"].Said.OfType<Comparison>().LastOrDefault();

    private IEnumerable<Measurement> Measured => api["r1"].Said.OfType<Measurements>().SelectMany(m => m.Items);

    private IEnumerable<PredictionRecord> Told() => api["r1"].Said.OfType<PredictionRecords>().SelectMany(r => r.Items);

    private IEnumerable<Prediction> Said(Guid version) => api["r1"].Said.OfType<Predictions>().SelectMany(p => p.Items).Where(p => p.VersionId == version);

    private async Task ServeAsync(byte[] first, byte[] second)
    {
        versions = [api.Assignment("m", 3, first), api.Assignment("m", 4, second)];
        api.Assign("n1", versions);
        await Until.TrueAsync(() => versions.All(v => api["n1"].Placements!.Items.Any(i => i.VersionId == v.VersionId && i.State == PlacementState.Ready)), "both versions are ready");
    }

    private static ModelInferRequest Whole(params long[] rows) => new()
    {
        ModelName = "m",
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "x",
                Datatype = "INT64",
                Shape = { rows.Length, 1 },
                Contents = rows.Length == 0 ? null : new InferTensorContents { Int64Contents = { rows } },
            },
        },
    };

    private static ModelInferRequest Request(string model, string version) => new()
    {
        ModelName = model,
        ModelVersion = version,
        Inputs =
        {
            new ModelInferRequest.Types.InferInputTensor
            {
                Name = "x",
                Datatype = "FP32",
                Shape = { 1, 1 },
                Contents = new InferTensorContents { Fp32Contents = { 3 } },
            },
        },
    };
}
