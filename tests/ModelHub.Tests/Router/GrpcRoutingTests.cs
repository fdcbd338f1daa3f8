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
        await RouteAsync(VariantRole.Shadow, null);
    }

    private async Task RouteAsync(VariantRole second, RouteExperiment? experiment)
    {
        var weight = experiment is null ? 0 : 50;
        var revision = api.Route("r1", new RouteEndpoint(Guid.CreateVersion7(), "production", "m",
        [
            new(Guid.CreateVersion7(), versions[0].VersionId, 1, VariantRole.Primary, 100 - weight, nodes),
            new(Guid.CreateVersion7(), versions[1].VersionId, 2, second, weight, nodes),
        ], Experiment: experiment));
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
        await RouteAsync(VariantRole.Arm, new RouteExperiment(Guid.CreateVersion7(), new StickyKey(StickySource.Header, "x-user"), salt));
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
        await RouteAsync(VariantRole.Arm, new RouteExperiment(Guid.CreateVersion7(), new StickyKey(StickySource.Header, "x-user"), salt, new RouteMetric("y")));
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
