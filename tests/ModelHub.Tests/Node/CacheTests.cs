using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;
using InputTensor = ModelHub.Inference.Grpc.Messages.ModelInferRequest.Types.InferInputTensor;

namespace ModelHub.Tests.Node;

/// <summary>Answers that a real node gives again, where the endpoint wants that.</summary>
public sealed class CacheTests : IAsyncLifetime
{
    private const string Sum = """{"inputs":[{"name":"a","shape":[2],"datatype":"FP32","data":[1,2]},{"name":"b","shape":[2],"datatype":"FP32","data":[0.5,0.25]}]}""";
    private static readonly NodeRules[] Kept = [new("production", new CacheRule())];
    private FakeApi api = null!;
    private NodeHost node = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1");
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task The_same_inputs_are_run_once_in_whatever_form_and_order_they_come()
    {
        await HoldAsync(api.Assignment("sum", 1, Adder()) with { Rules = Kept });
        Assert.Equal("""{"model_name":"sum","model_version":"1","outputs":[{"name":"sum","datatype":"FP32","shape":[2],"data":[1.5,2.25]},{"name":"difference","datatype":"FP32","shape":[2],"data":[0.5,1.75]}]} miss""", await AskAsync(Sum));

        var reversed = """{"id":"7","inputs":[{"datatype":"FP32","data":[5e-1,0.250],"name":"b","shape":[2]},{"name":"a","shape":[2],"datatype":"FP32","data":[1.0,2.0]}]}""";
        Assert.Equal("""{"model_name":"sum","model_version":"1","id":"7","outputs":[{"name":"sum","datatype":"FP32","shape":[2],"data":[1.5,2.25]},{"name":"difference","datatype":"FP32","shape":[2],"data":[0.5,1.75]}]} hit""", await AskAsync(reversed));
        Assert.EndsWith(" hit", await AskBinaryAsync(), StringComparison.Ordinal);
        var grpc = await AskGrpcAsync();

        Assert.Equal([1.5f, 2.25f], grpc.Outputs[0].Contents.Fp32Contents);
        Assert.Equal(1, await ExecutionsAsync());
    }

    [Fact]
    public async Task Other_inputs_other_outputs_and_other_environments_are_run()
    {
        await HoldAsync(api.Assignment("sum", 1, Adder()) with { Rules = [.. Kept, new NodeRules("staging", null, OutOfRange.Flag)] });
        await AskAsync(Sum);

        Assert.EndsWith(" miss", await AskAsync(Sum.Replace("0.25]", "0.26]", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Equal("""{"model_name":"sum","model_version":"1","outputs":[{"name":"difference","datatype":"FP32","shape":[2],"data":[0.5,1.75]}]} miss""", await AskAsync(Sum[..^1] + ""","outputs":[{"name":"difference"}]}"""));
        Assert.EndsWith(" miss", await AskAsync(Sum, "staging"), StringComparison.Ordinal);
        Assert.EndsWith(" miss", await AskAsync(Sum, null), StringComparison.Ordinal);
        Assert.EndsWith(" hit", await AskAsync(Sum), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Texts_that_join_to_the_same_bytes_are_other_inputs()
    {
        await HoldAsync(api.Assignment("sum", 1, TinyModel.Echo(ElementType.String, 2)) with { Rules = Kept });
        var split = (string one, string other) => $$"""{"inputs":[{"name":"x","shape":[2],"datatype":"BYTES","data":["{{one}}","{{other}}"]}]}""";

        Assert.EndsWith(" miss", await AskAsync(split("ab", "c")), StringComparison.Ordinal);
        Assert.EndsWith("""["a","bc"]}]} miss""", await AskAsync(split("a", "bc")), StringComparison.Ordinal);
        Assert.EndsWith("""["ab","c"]}]} hit""", await AskAsync(split("ab", "c")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Errors_are_never_kept()
    {
        await HoldAsync(api.Assignment("sum", 1, Adder()) with { Rules = Kept });
        // Fits the signature, whose sizes are open, and cannot be added.
        var odd = Sum.Replace("\"shape\":[2],\"datatype\":\"FP32\",\"data\":[1,2]", "\"shape\":[3],\"datatype\":\"FP32\",\"data\":[1,2,3]", StringComparison.Ordinal);

        var first = await AskAsync(odd);
        var second = await AskAsync(odd);

        Assert.Contains("The model failed on this input", first, StringComparison.Ordinal);
        Assert.Equal(first, second);
        Assert.EndsWith(" miss", second, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_model_that_draws_random_numbers_is_always_run()
    {
        var model = new TinyModel().Node("RandomUniformLike", ["x"], ["y"]).Input("x", ElementType.Float32, 4).Output("y", ElementType.Float32, 4).Written();
        await HoldAsync(api.Assignment("sum", 1, model) with { Rules = Kept });
        var body = """{"inputs":[{"name":"x","shape":[4],"datatype":"FP32","data":[1,2,3,4]}]}""";

        Assert.NotEqual(await AskAsync(body), await AskAsync(body));
        Assert.Equal(2, await ExecutionsAsync());
    }

    [Fact]
    public async Task Rules_hold_as_soon_as_they_are_told_and_unloading_ends_all_answers()
    {
        var assignment = api.Assignment("sum", 1, Adder());
        await HoldAsync(assignment);
        Assert.EndsWith(" miss", await AskAsync(Sum), StringComparison.Ordinal);

        await TellAsync(assignment with { Rules = Kept });
        await Until.TrueAsync(async () => (await AskAsync(Sum)).EndsWith(" hit", StringComparison.Ordinal), "the rules hold");
        Assert.True(await CacheBytesAsync() > 0);
        await TellAsync();

        await Until.TrueAsync(async () => await CacheBytesAsync() == 0, "forgotten");
    }

    [Fact]
    public async Task Hits_and_misses_are_counted()
    {
        await HoldAsync(api.Assignment("sum", 1, Adder()) with { Rules = Kept });
        for (var i = 0; i < 3; i++)
            await AskAsync(Sum);

        var metrics = await node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        using var statistics = JsonDocument.Parse(await node.Http.GetStringAsync("/v2/models/sum/stats", TestContext.Current.CancellationToken));
        var counts = statistics.RootElement.GetProperty("model_stats")[0].GetProperty("inference_stats");

        Assert.Contains("modelhub_node_cache_lookups_total{model=\"sum\",version=\"1\",outcome=\"hit\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("modelhub_node_cache_lookups_total{model=\"sum\",version=\"1\",outcome=\"miss\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Equal((2, 1, 3), (counts.GetProperty("cache_hit").GetProperty("count").GetInt32(), counts.GetProperty("cache_miss").GetProperty("count").GetInt32(), counts.GetProperty("success").GetProperty("count").GetInt32()));
        Assert.Equal(1, counts.GetProperty("compute_infer").GetProperty("count").GetInt32());
    }

    internal static byte[] Adder() => new TinyModel()
        .Node("Add", ["a", "b"], ["sum"]).Node("Sub", ["a", "b"], ["difference"])
        .Input("a", ElementType.Float32, -1).Input("b", ElementType.Float32, -1)
        .Output("sum", ElementType.Float32, -1).Output("difference", ElementType.Float32, -1).Written();

    private async Task HoldAsync(Assignment assignment)
    {
        api.Assign("n1", assignment);
        await Until.TrueAsync(
            () => api.Peers.Any(p => p.AppliedAccess == api.AccessRevision && p.Placements?.Items is [{ State: PlacementState.Ready }]), "ready");
    }

    private async Task TellAsync(params Assignment[] items)
    {
        var revision = api.Assign("n1", items);
        await Until.TrueAsync(() => api["n1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Assignments && a.Revision == revision), "told");
    }

    private Task<string> AskAsync(string json, string? environment = "production") =>
        AskAsync(new StringContent(json, Encoding.UTF8, "application/json"), environment);

    private async Task<string> AskAsync(HttpContent body, string? environment)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/sum/infer") { Content = body };
        if (environment is not null)
            request.Headers.Add("x-modelhub-environment", environment);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        var cache = response.Headers.TryGetValues("x-modelhub-cache", out var said) ? said.Single() : "miss";
        return $"{await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)} {cache}";
    }

    private Task<string> AskBinaryAsync()
    {
        var json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"b","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}},{"name":"a","shape":[2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""");
        var numbers = new byte[16];
        foreach (var (i, number) in new[] { 0.5f, 0.25f, 1, 2 }.Index())
            BinaryPrimitives.WriteSingleLittleEndian(numbers.AsSpan(i * 4), number);
        var body = new ByteArrayContent([.. json, .. numbers]);
        body.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");
        return AskAsync(body, "production");
    }

    private async Task<ModelInferResponse> AskGrpcAsync()
    {
        using var client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);
        var request = new ModelInferRequest { ModelName = "sum", Inputs = { Input("b", 0.5f, 0.25f), Input("a", 1, 2) } };
        var (status, message, answer) = await client.SendAsync("ModelInfer", GrpcClient.Frame(Google.Protobuf.MessageExtensions.ToByteArray(request)), ("x-modelhub-environment", "production"));
        Assert.Equal((ModelHub.Inference.Grpc.GrpcStatus.Ok, ""), (status, message));
        return ModelInferResponse.Parser.ParseFrom(answer);
    }

    private static InputTensor Input(string name, params float[] values) =>
        new() { Name = name, Datatype = "FP32", Shape = { values.Length }, Contents = new InferTensorContents { Fp32Contents = { values } } };

    private async Task<int> ExecutionsAsync()
    {
        using var statistics = JsonDocument.Parse(await node.Http.GetStringAsync("/v2/models/sum/stats", TestContext.Current.CancellationToken));
        return statistics.RootElement.GetProperty("model_stats")[0].GetProperty("execution_count").GetInt32();
    }

    private async Task<long> CacheBytesAsync()
    {
        var metrics = await node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return long.Parse(metrics.Split('\n').Single(l => l.StartsWith("modelhub_node_cache_bytes ", StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
