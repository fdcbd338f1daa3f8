using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Serving;

/// <summary>Replicas that follow real requests, measured by the router, up and down again.</summary>
[Collection(SharedStack.Name)]
public sealed class Scaling(SharedStack shared)
{
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_second_replica_comes_under_load_and_goes_when_it_is_over()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("scaled", 3, ct);
        (await stack.RunAsync(ct, "scale", model, "--env", "staging", "--min", "1", "--max", "2", "--outstanding", "0.2", "--down-after", "10")).Expect(0);
        await Eventually.HoldsAsync("one replica", () => HasAsync(model, 1, ct), Bound, ct);

        using (var over = CancellationTokenSource.CreateLinkedTokenSource(ct))
        {
            var callers = Enumerable.Range(0, 8).Select(_ => CallAsync(model, over.Token)).ToArray();
            await Eventually.HoldsAsync("a second replica", () => HasAsync(model, 2, ct), Bound, ct);
            await over.CancelAsync();
            Assert.All(await Task.WhenAll(callers), failed => Assert.Equal(0, failed));
        }
        await Eventually.HoldsAsync("one replica again", () => HasAsync(model, 1, ct), Bound, ct);

        var scaled = await ScaledAsync(model, ct);
        Assert.Contains((1, 2), scaled);
        Assert.Equal((2, 1), scaled[0]);
        Assert.True(await stack.AnswersAsync(model, 3, ct));
    }

    /// <returns>requests that got no right answer</returns>
    private async Task<int> CallAsync(string model, CancellationToken over)
    {
        var failed = 0;
        while (!over.IsCancellationRequested)
        {
            try
            {
                failed += await stack.AnswersAsync(model, 3, over) ? 0 : 1;
            }
            catch (OperationCanceledException) when (over.IsCancellationRequested)
            {
                // The load is over.
            }
        }
        return failed;
    }

    private async Task<bool> HasAsync(string model, int replicas, CancellationToken ct)
    {
        var found = await stack.Admin.AskAsync(
            "query($m: String!) { endpoint(model: $m, environment: \"staging\") { primary { replicas placements { state } } } }", new { m = model }, ct);
        var primary = found["endpoint"]!["primary"]!;
        return primary["replicas"]!.GetValue<int>() == replicas && primary["placements"]!.AsArray().Count(p => p!["state"]!.GetValue<string>() == "READY") == replicas;
    }

    /// <returns>from and to of each change that the load asked for, newest first</returns>
    private async Task<List<(int From, int To)>> ScaledAsync(string model, CancellationToken ct)
    {
        var found = await stack.Admin.AskAsync(
            "query($s: String!) { events(first: 50, where: { subject: { eq: $s }, type: { eq: \"endpoint.scaled\" } }, order: [{ sequence: DESC }]) { nodes { data } } }",
            new { s = $"endpoint:{model}/staging" }, ct);
        return [.. found["events"]!["nodes"]!.AsArray().Select(e => Data(e!["data"]!)).Where(d => d["evidence"]!["requests"] is not null).Select(d => (d["from"]!.GetValue<int>(), d["to"]!.GetValue<int>()))];
    }

    private static JsonNode Data(JsonNode data) => data.GetValueKind() == System.Text.Json.JsonValueKind.String ? JsonNode.Parse(data.GetValue<string>())! : data;
}
