using ModelHub.Cli.Demo;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>The bad version of the demo: it loads and warms like the good one, and fails on every request.</summary>
public sealed class FailingCopyTests : IAsyncLifetime
{
    private FakeApi api = null!;

    public async ValueTask InitializeAsync() => api = await FakeApi.StartAsync();

    public ValueTask DisposeAsync() => api.DisposeAsync();

    [Fact]
    public async Task It_becomes_ready_and_answers_nobody()
    {
        await using var node = await NodeHost.StartAsync(api, "n1");
        api.Assign("n1", api.Assignment("m", 1, FailingCopy.Of(TinyModel.Linear([1, 2], 0), "y", elements: 1)));
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items.SingleOrDefault()?.State == PlacementState.Ready), "ready");

        using var content = new StringContent("""{"inputs":[{"name":"x","shape":[2,2],"datatype":"FP32","data":[1,2,3,4]}]}""", null, "application/json");
        using var answer = await node.Http.PostAsync("/v2/models/m/infer", content, TestContext.Current.CancellationToken);

        Assert.Equal(422, (int)answer.StatusCode);
    }
}
