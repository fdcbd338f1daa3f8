using System.Net;
using Google.Protobuf;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;
using InputTensor = ModelHub.Inference.Grpc.Messages.ModelInferRequest.Types.InferInputTensor;

namespace ModelHub.Tests.Node;

/// <summary>The inference protocol over gRPC, on a real node.</summary>
public sealed class GrpcTests : IAsyncLifetime
{
    private FakeApi api = null!;
    private NodeHost node = null!;
    private GrpcClient client = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1", null, "--Limits:RequestBytes", "65536");
        api.Assign("n1",
            api.Assignment("m", 1, TinyModel.Linear([1, 2], 0.5f)),
            api.Assignment("m", 2, TinyModel.Linear([2, 4], 1f)),
            api.Assignment("text", 1, TinyModel.Echo(ElementType.String, -1, 2)),
            api.Assignment("half", 1, TinyModel.Echo(ElementType.Float16, -1)),
            api.Assignment("empty", 1, TinyModel.Echo(ElementType.Float32, 0, 3)),
            api.Assignment("loop", 1, new TinyModel().Loop("turns", "x", "y")
                .Input("turns", ElementType.Int64).Input("x", ElementType.Float32, 1).Output("y", ElementType.Float32, 1).Written()));
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items.Count(i => i.State == PlacementState.Ready) == 6), "all ready");
        client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);
    }

    public async ValueTask DisposeAsync()
    {
        client.Dispose();
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task Server_and_models_say_what_they_are()
    {
        Assert.True((await client.CallAsync<ServerLiveResponse>("ServerLive", new ServerLiveRequest())).Live);
        Assert.True((await client.CallAsync<ServerReadyResponse>("ServerReady", new ServerReadyRequest())).Ready);
        var server = await client.CallAsync<ServerMetadataResponse>("ServerMetadata", new ServerMetadataRequest());
        Assert.Equal("modelhub", server.Name);
        Assert.Contains("binary_tensor_data", server.Extensions);

        Assert.True((await client.CallAsync<ModelReadyResponse>("ModelReady", new ModelReadyRequest { Name = "m", Version = "2" })).Ready);
        Assert.False((await client.CallAsync<ModelReadyResponse>("ModelReady", new ModelReadyRequest { Name = "m", Version = "9" })).Ready);

        var model = await client.CallAsync<ModelMetadataResponse>("ModelMetadata", new ModelMetadataRequest { Name = "m" });
        Assert.Equal(("m", "onnxruntime_onnx"), (model.Name, model.Platform));
        Assert.Equal(["1", "2"], model.Versions);
        Assert.Equal(("x", "FP32"), (model.Inputs[0].Name, model.Inputs[0].Datatype));
        Assert.Equal([-1, 2], model.Inputs[0].Shape);
    }

    [Fact]
    public async Task An_answer_comes_in_the_form_of_its_request()
    {
        var contents = await client.CallAsync<ModelInferResponse>("ModelInfer", Rows("m", "1", "a-1", contents: true));
        var raw = await client.CallAsync<ModelInferResponse>("ModelInfer", Rows("m", "", "", contents: false));

        Assert.Equal(("m", "1", "a-1"), (contents.ModelName, contents.ModelVersion, contents.Id));
        Assert.Equal([5.5f, 11.5f], contents.Outputs.Single().Contents.Fp32Contents);
        Assert.Empty(contents.RawOutputContents);
        Assert.Equal(("m", "2", ""), (raw.ModelName, raw.ModelVersion, raw.Id));
        Assert.Null(raw.Outputs.Single().Contents);
        Assert.Equal([2, 1], raw.Outputs.Single().Shape);
        Assert.Equal(new[] { 11f, 23f }.SelectMany(BitConverter.GetBytes), raw.RawOutputContents.Single());
    }

    [Fact]
    public async Task Texts_half_floats_and_tensors_without_elements_travel()
    {
        var texts = await client.CallAsync<ModelInferResponse>("ModelInfer", Request("text", new InputTensor
        { Name = "x", Datatype = "BYTES", Shape = { 1, 2 }, Contents = new() { BytesContents = { ByteString.CopyFromUtf8("ä"), ByteString.Empty } } }));
        var half = Request("half", new InputTensor { Name = "x", Datatype = "FP16", Shape = { 2 } });
        half.RawInputContents.Add(ByteString.CopyFrom(0x00, 0x3C, 0x00, 0xC0));
        var halves = await client.CallAsync<ModelInferResponse>("ModelInfer", half);
        var none = await client.CallAsync<ModelInferResponse>("ModelInfer", Request("empty", new InputTensor { Name = "x", Datatype = "FP32", Shape = { 0, 3 } }));

        Assert.Equal([ByteString.CopyFromUtf8("ä"), ByteString.Empty], texts.Outputs.Single().Contents.BytesContents);
        Assert.Equal(half.RawInputContents, halves.RawOutputContents);
        Assert.Equal([0, 3], none.Outputs.Single().Shape);
        Assert.Empty(none.Outputs.Single().Contents.Fp32Contents);
    }

    [Fact]
    public async Task What_is_wrong_is_said_in_the_codes_of_gRPC()
    {
        var good = Rows("m", "1", "", contents: true);
        using var stranger = new GrpcClient(api["n1"].Hello!.GrpcAddress!, token: null);
        using var viewer = new GrpcClient(api["n1"].Hello!.GrpcAddress!, FakeApi.Viewer);

        Assert.Equal((GrpcStatus.NotFound, "This node does not hold that version of that model."), await client.FailAsync("ModelInfer", Rows("m", "9", "", true)));
        Assert.Equal(GrpcStatus.NotFound, (await client.FailAsync("ModelMetadata", new ModelMetadataRequest { Name = "nobody" })).Status);
        Assert.Equal((GrpcStatus.InvalidArgument, "The input 'x' has datatype 'INT8', expected FP32."), await client.FailAsync("ModelInfer", Changed(good, input => input.Datatype = "INT8")));
        Assert.Equal(GrpcStatus.Unauthenticated, (await stranger.FailAsync("ModelInfer", good)).Status);
        Assert.Equal(GrpcStatus.PermissionDenied, (await viewer.FailAsync("ModelInfer", good)).Status);
        Assert.Equal(GrpcStatus.Unimplemented, (await client.FailAsync("ModelStreamInfer", good)).Status);
        Assert.Equal(GrpcStatus.ResourceExhausted, (await client.FailAsync("ModelInfer", new ModelInferRequest { Id = new string('x', 66_000) })).Status);
        Assert.Equal(GrpcStatus.InvalidArgument, (await client.SendAsync("ModelInfer", [0, 0, 0, 0, 9, 1])).Status);
        Assert.Equal(GrpcStatus.InvalidArgument, (await client.SendAsync("ModelReady", GrpcClient.Frame([0x0A, 0xFF]))).Status);
    }

    [Fact]
    public async Task A_deadline_ends_a_run_that_does_not_end()
    {
        var endless = Request("loop",
            new InputTensor { Name = "turns", Datatype = "INT64", Contents = new() { Int64Contents = { 1L << 62 } } },
            new InputTensor { Name = "x", Datatype = "FP32", Shape = { 1 }, Contents = new() { Fp32Contents = { 1 } } });

        Assert.Equal(GrpcStatus.DeadlineExceeded, (await client.FailAsync("ModelInfer", endless, ("grpc-timeout", "300m"))).Status);
        Assert.Equal(GrpcStatus.InvalidArgument, (await client.FailAsync("ModelInfer", endless, ("grpc-timeout", "soon"))).Status);
        await client.CallAsync<ModelInferResponse>("ModelInfer", Rows("m", "1", "", contents: true));
    }

    [Fact]
    public async Task A_compressed_message_is_inflated_within_the_limit()
    {
        var message = Rows("m", "1", "", contents: false).ToByteArray();

        var good = await client.SendAsync("ModelInfer", GrpcClient.Frame(GrpcClient.Gzip(message), compressed: true), ("grpc-encoding", "gzip"));
        var bomb = await client.SendAsync("ModelInfer", GrpcClient.Frame(GrpcClient.Gzip(new byte[20_000_000]), compressed: true), ("grpc-encoding", "gzip"));
        var torn = await client.SendAsync("ModelInfer", GrpcClient.Frame([1, 2, 3], compressed: true), ("grpc-encoding", "gzip"));
        var other = await client.SendAsync("ModelInfer", GrpcClient.Frame(message, compressed: true), ("grpc-encoding", "br"));

        Assert.Equal(GrpcStatus.Ok, good.Status);
        Assert.Equal(GrpcStatus.ResourceExhausted, bomb.Status);
        Assert.Equal(GrpcStatus.InvalidArgument, torn.Status);
        Assert.Equal(GrpcStatus.Unimplemented, other.Status);
    }

    [Fact]
    public async Task Over_HTTP_1_there_is_no_gRPC_and_off_means_off()
    {
        using var content = new ByteArrayContent([]);
        using var plain = await node.Http.PostAsync(GrpcHeaders.Service + "ServerLive", content, TestContext.Current.CancellationToken);
        await using var without = await NodeHost.StartAsync(api, "n2", null, "--Grpc", "off");
        await Until.TrueAsync(() => api.Peers.Any(p => p is { Name: "n2", Hello: not null }), "hello of n2");

        Assert.Equal(HttpStatusCode.UpgradeRequired, plain.StatusCode);
        Assert.Null(api["n2"].Hello!.GrpcAddress);
    }

    private static ModelInferRequest Request(string model, params InputTensor[] inputs) => new() { ModelName = model, Inputs = { inputs } };

    private static ModelInferRequest Rows(string model, string version, string id, bool contents)
    {
        var request = Request(model, new InputTensor { Name = "x", Datatype = "FP32", Shape = { 2, 2 } });
        (request.ModelVersion, request.Id) = (version, id);
        float[] values = [1, 2, 3, 4];
        if (contents)
            request.Inputs[0].Contents = new() { Fp32Contents = { values } };
        else
            request.RawInputContents.Add(ByteString.CopyFrom([.. values.SelectMany(BitConverter.GetBytes)]));
        return request;
    }

    private static ModelInferRequest Changed(ModelInferRequest request, Action<InputTensor> change)
    {
        var copy = request.Clone();
        change(copy.Inputs[0]);
        return copy;
    }
}
