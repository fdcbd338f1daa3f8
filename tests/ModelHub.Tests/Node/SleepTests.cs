using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>Versions that are not in memory all the time: unloaded when idle, loaded again for the request that is held.</summary>
public sealed class SleepTests : IAsyncLifetime
{
    private const int Weights = 150_000;
    private FakeApi api = null!;

    public async ValueTask InitializeAsync() => api = await FakeApi.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task An_idle_version_is_unloaded_and_loaded_again_for_the_requests_that_come()
    {
        await using var node = await NodeHost.StartAsync(api, "n1", null, "--Limits:IdleMilliseconds", "1");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        await ReadyAsync(1);
        await Until.TrueAsync(async () => (await BytesAsync(node)) == 0, "unloaded");

        var answers = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => InferAsync(node, "m", 1)));

        Assert.All(answers, status => Assert.Equal(HttpStatusCode.OK, status));
        Assert.Equal(PlacementState.Ready, api["n1"].Placements!.Items.Single().State);
    }

    [Fact]
    public async Task A_node_without_room_unloads_the_version_that_was_longest_unused()
    {
        // Each takes 600 kB of one MiB.
        await using var node = await NodeHost.StartAsync(api, "n1", null, "--Memory", "1048576");
        var (first, second) = (api.Assignment("first", 1, Large(1)), api.Assignment("second", 1, Large(2)));
        api.Assign("n1", first);
        await ReadyAsync(1);
        api.Assign("n1", first, second);
        await ReadyAsync(2);

        foreach (var model in new[] { "second", "first", "second" })
            await Until.TrueAsync(async () => await InferAsync(node, model, Weights) == HttpStatusCode.OK, model + " answers");

        Assert.InRange(await BytesAsync(node), 1, 1 << 20);
    }

    [Fact]
    public async Task More_requests_than_may_be_held_are_sent_away_at_once()
    {
        await using var node = await NodeHost.StartAsync(api, "n1", null, "--Limits:IdleMilliseconds", "1", "--Limits:HeldRequests", "1");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        await ReadyAsync(1);
        await Until.TrueAsync(async () => (await BytesAsync(node)) == 0, "unloaded");

        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => InferAsync(node, "m", 1)));

        Assert.Contains(HttpStatusCode.OK, answers);
        Assert.All(answers, status => Assert.True(status is HttpStatusCode.OK or HttpStatusCode.TooManyRequests, status.ToString()));
    }

    [Theory]
    [InlineData("parameter")]
    [InlineData("header")]
    [InlineData("gzip")]
    [InlineData("grpc")]
    [InlineData("grpc parameter")]
    public async Task A_held_request_is_told_at_its_deadline_though_its_version_is_still_being_loaded(string way)
    {
        using var data = new TemporaryFolder();
        await using var node = await NodeHost.StartAsync(api, "n1", data.Path, "--Limits:IdleMilliseconds", "1");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        await ReadyAsync(1);
        await Until.TrueAsync(async () => (await BytesAsync(node)) == 0, "unloaded");
        // It has to be fetched again, and that does not end before the answer is there.
        var flow = new TaskCompletionSource();
        api.ArtifactsFlow = flow.Task;
        foreach (var file in Directory.GetFiles(data.Path, "model.onnx", SearchOption.AllDirectories))
            File.Delete(file);

        var answer = await AskAsync(node, way, 250);

        Assert.Equal((504, "The version was not loaded within 0.25 seconds."), answer);
        flow.SetResult();
        Assert.Equal(HttpStatusCode.OK, await InferAsync(node, "m", 1));
    }

    [Fact]
    public async Task A_request_that_cannot_be_answered_wakes_nobody()
    {
        await using var node = await NodeHost.StartAsync(api, "n1", null, "--Limits:IdleMilliseconds", "1", "--Limits:RequestBytes", "2048");
        api.Assign("n1", api.Assignment("m", 1, TinyModel.Linear([1], 0)));
        await ReadyAsync(1);
        await Until.TrueAsync(async () => (await BytesAsync(node)) == 0, "unloaded");

        Assert.Equal(HttpStatusCode.BadRequest, await InferAsync(node, "m", 2));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, await InferAsync(node, "m", 4096));

        Assert.Equal(0, await BytesAsync(node));
    }

    private async Task<(int Status, string Error)> AskAsync(NodeHost node, string way, int milliseconds)
    {
        if (way.StartsWith("grpc", StringComparison.Ordinal))
        {
            using var client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);
            var message = new ModelInferRequest { ModelName = "m", Inputs = { new ModelInferRequest.Types.InferInputTensor { Name = "x", Datatype = "FP32", Shape = { 1, 1 }, Contents = new InferTensorContents { Fp32Contents = { 1 } } } } };
            if (way == "grpc")
                return Rest(await client.FailAsync("ModelInfer", message, ("grpc-timeout", $"{milliseconds}m")));
            message.Parameters["timeout"] = new InferParameter { Int64Param = milliseconds * 1000 };
            return Rest(await client.FailAsync("ModelInfer", message));
        }
        var parameter = way == "header" ? "" : $$"""
            "parameters":{"timeout":{{milliseconds * 1000}}},
            """;
        var body = Encoding.UTF8.GetBytes($$"""{{{parameter}}"inputs":[{"name":"x","shape":[1,1],"datatype":"FP32","data":[1]}]}""");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/m/infer");
        request.Content = new ByteArrayContent(way == "gzip" ? Packed(body) : body);
        if (way == "gzip")
            request.Content.Headers.ContentEncoding.Add("gzip");
        if (way == "header")
            request.Headers.Add("x-modelhub-timeout-ms", $"{milliseconds}");
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        return ((int)response.StatusCode, json.RootElement.GetProperty("error").GetString()!);
    }

    private static (int, string) Rest((GrpcStatus Status, string Message) told) => (GrpcHeaders.HttpOf(told.Status), told.Message);

    private static byte[] Packed(byte[] body)
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(body);
        return packed.ToArray();
    }

    private static byte[] Large(float bias) => TinyModel.Linear(new float[Weights], bias);

    private Task ReadyAsync(int versions) => Until.TrueAsync(
        () => api.Peers.Any(p => p.AppliedAccess == api.AccessRevision && p.Placements?.Items.Count(i => i.State == PlacementState.Ready) == versions), "ready");

    private static async Task<long> BytesAsync(NodeHost node)
    {
        var metrics = await node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        return long.Parse(metrics.Split('\n').Single(l => l.StartsWith("modelhub_node_model_bytes ", StringComparison.Ordinal)).Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    private static async Task<HttpStatusCode> InferAsync(NodeHost node, string model, int columns)
    {
        var body = $$$"""{"inputs":[{"name":"x","shape":[1,{{{columns}}}],"datatype":"FP32","data":[{{{string.Join(',', Enumerable.Repeat("1", columns))}}}]}]}""";
        using var response = await node.Http.PostAsync($"/v2/models/{model}/infer", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        return response.StatusCode;
    }
}
