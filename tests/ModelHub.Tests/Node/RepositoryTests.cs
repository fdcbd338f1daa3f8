using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelHub.Inference.Grpc;
using ModelHub.Inference.Grpc.Messages;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>The extensions of V2 on a real node: statistics, and loading and unloading by hand.</summary>
public sealed class RepositoryTests : IAsyncLifetime
{
    private const string Request = """{"inputs":[{"name":"x","shape":[2,1],"datatype":"FP32","data":[1,2]}]}""";
    private FakeApi api = null!;
    private NodeHost node = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1");
        var good = TinyModel.Linear([3], 0);
        api.Assign("n1", api.Assignment("m", 1, good), api.Assignment("m", 2, TinyModel.Linear([4], 0)), api.Assignment("bad", 1, [1, 2, 3]));
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is { Length: 3 } items && items.All(i => i.State is PlacementState.Ready or PlacementState.Failed)), "settled");
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task What_a_version_did_is_told_over_REST_and_gRPC()
    {
        await PostAsync("/v2/models/m/versions/1/infer", Request);
        await PostAsync("/v2/models/m/versions/1/infer", Request);
        await PostAsync("/v2/models/m/versions/1/infer", "{");
        using var client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);

        var (status, text) = await SendAsync(HttpMethod.Get, "/v2/models/m/versions/1/stats", null);
        var grpc = (await client.CallAsync<ModelStatisticsResponse>("ModelStatistics", new ModelStatisticsRequest { Name = "m", Version = "1" })).ModelStats.Single();

        Assert.Equal(HttpStatusCode.OK, status);
        var stats = JsonDocument.Parse(text).RootElement.GetProperty("model_stats").EnumerateArray().Single();
        Assert.Equal(("m", "1", 4L), (stats.GetProperty("name").GetString(), stats.GetProperty("version").GetString(), stats.GetProperty("inference_count").GetInt64()));
        Assert.Equal(2, stats.GetProperty("execution_count").GetInt64());
        Assert.InRange(stats.GetProperty("last_inference").GetInt64(), 1, long.MaxValue);
        var inference = stats.GetProperty("inference_stats");
        Assert.Equal((2, 1), (inference.GetProperty("success").GetProperty("count").GetInt32(), inference.GetProperty("fail").GetProperty("count").GetInt32()));
        Assert.True(inference.GetProperty("success").GetProperty("ns").GetInt64() >= inference.GetProperty("compute_infer").GetProperty("ns").GetInt64());
        Assert.Equal((4ul, 2ul, 1ul), (grpc.InferenceCount, grpc.InferenceStats.Success.Count, grpc.InferenceStats.Fail.Count));
        Assert.Equal(2, JsonDocument.Parse((await SendAsync(HttpMethod.Get, "/v2/models/stats", null)).Body).RootElement.GetProperty("model_stats").GetArrayLength());
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(HttpMethod.Get, "/v2/models/nobody/stats", null)).Status);
    }

    [Fact]
    public async Task The_index_tells_what_is_held_and_why_something_is_not_ready()
    {
        var all = JsonDocument.Parse((await PostAsync("/v2/repository/index", "")).Body).RootElement.EnumerateArray().ToList();
        var ready = JsonDocument.Parse((await PostAsync("/v2/repository/index", """{"ready":true}""")).Body).RootElement;
        using var client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);
        var grpc = await client.CallAsync<RepositoryIndexResponse>("RepositoryIndex", new RepositoryIndexRequest { Ready = true });

        Assert.Equal(["bad/1 UNAVAILABLE", "m/1 READY", "m/2 READY"], all.Select(e => $"{e.GetProperty("name")}/{e.GetProperty("version")} {e.GetProperty("state")}"));
        Assert.NotEqual("", all[0].GetProperty("reason").GetString());
        Assert.Equal(2, ready.GetArrayLength());
        Assert.Equal(["m", "m"], grpc.Models.Select(m => m.Name));
        Assert.Equal(HttpStatusCode.BadRequest, (await PostAsync("/v2/repository/index", """{"ready":1}""")).Status);
    }

    [Fact]
    public async Task An_operator_unloads_what_is_idle_and_the_next_request_or_a_load_brings_it_back()
    {
        await Until.TrueAsync(async () => (await PostAsync("/v2/repository/models/m/versions/1/unload", "", FakeApi.Operator)).Status == HttpStatusCode.OK, "idle, and unloaded");
        Assert.Equal("UNAVAILABLE", await StateAsync("m", "1"));

        var answer = await PostAsync("/v2/models/m/versions/1/infer", Request);
        var busy = await PostAsync("/v2/repository/models/m/versions/1/unload", "", FakeApi.Operator);
        await Until.TrueAsync(async () => (await PostAsync("/v2/repository/models/m/unload", "", FakeApi.Operator)).Status == HttpStatusCode.OK, "both idle, and unloaded");
        var loaded = await PostAsync("/v2/repository/models/m/load", "", FakeApi.Operator);

        Assert.Equal(HttpStatusCode.OK, answer.Status);
        Assert.Equal(HttpStatusCode.Conflict, busy.Status);
        Assert.Equal(HttpStatusCode.OK, loaded.Status);
        Assert.Equal(("READY", "READY"), (await StateAsync("m", "1"), await StateAsync("m", "2")));
    }

    [Fact]
    public async Task Who_may_only_infer_neither_loads_nor_unloads_and_what_is_not_assigned_cannot_be_loaded()
    {
        using var client = new GrpcClient(api["n1"].Hello!.GrpcAddress!);
        using var operates = new GrpcClient(api["n1"].Hello!.GrpcAddress!, FakeApi.Operator);

        Assert.Equal(HttpStatusCode.Forbidden, (await PostAsync("/v2/repository/models/m/unload", "")).Status);
        Assert.Equal(HttpStatusCode.Unauthorized, (await PostAsync("/v2/repository/models/m/load", "", "nobody")).Status);
        Assert.Equal(HttpStatusCode.NotFound, (await PostAsync("/v2/repository/models/other/load", "", FakeApi.Operator)).Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await PostAsync("/v2/repository/models/bad/load", "", FakeApi.Operator)).Status);
        Assert.Equal(GrpcStatus.PermissionDenied, (await client.FailAsync("RepositoryModelUnload", new RepositoryModelUnloadRequest { ModelName = "m" })).Status);
        Assert.Equal(GrpcStatus.NotFound, (await operates.FailAsync("RepositoryModelLoad", new RepositoryModelLoadRequest { ModelName = "other" })).Status);
        await operates.CallAsync<RepositoryModelLoadResponse>("RepositoryModelLoad", new RepositoryModelLoadRequest { ModelName = "m" });
    }

    private async Task<string> StateAsync(string model, string version) =>
        JsonDocument.Parse((await PostAsync("/v2/repository/index", "")).Body).RootElement.EnumerateArray()
            .Single(e => e.GetProperty("name").GetString() == model && e.GetProperty("version").GetString() == version).GetProperty("state").GetString()!;

    private Task<(HttpStatusCode Status, string Body)> PostAsync(string path, string json, string token = FakeApi.Caller) => SendAsync(HttpMethod.Post, path, json, token);

    private async Task<(HttpStatusCode Status, string Body)> SendAsync(HttpMethod method, string path, string? json, string token = FakeApi.Caller)
    {
        using var request = new HttpRequestMessage(method, path) { Content = json is null ? null : new StringContent(json, Encoding.UTF8, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
