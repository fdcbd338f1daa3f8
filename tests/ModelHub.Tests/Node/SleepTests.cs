using System.Net;
using System.Text;
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
