using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Serving;

/// <summary>What the command line says of an endpoint's traffic, the router and the node do.</summary>
[Collection(SharedStack.Name)]
public sealed class RulesOfTraffic(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task They_are_set_by_a_command_and_hold_for_the_next_requests()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("ruled", 3, ct);

        var set = (await stack.RunAsync(ct, "traffic", model, "--env", "staging", "--cache", "--rate", "500", "--hold-ms", "250", "--out-of-range", "flag")).Expect(0);
        await Eventually.HoldsAsync("an answer from the cache", async () => await CacheAsync(model, ct) == "hit", TimeSpan.FromSeconds(60), ct);
        var tooLong = (await stack.RunAsync(ct, "traffic", model, "--env", "staging", "--hold-ms", "60001")).Expect(2);
        var alone = await stack.RunAsync(ct, "traffic", model, "--env", "staging", "--burst", "5");
        var cleared = (await stack.RunAsync(ct, "traffic", model, "--env", "staging")).Expect(0);
        await Eventually.HoldsAsync("no cache any more", async () => await CacheAsync(model, ct) is null, TimeSpan.FromSeconds(60), ct);

        Assert.Equal(
            """{"sticky":null,"canaryFallsBack":false,"limit":{"perSecond":500,"burst":500},"holdMilliseconds":250,"cache":{"seconds":null},"outOfRange":"FLAG"}""",
            set.Json.GetProperty("traffic").GetRawText().Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
        Assert.Equal(("holdMilliseconds", "0 to 60000"), (tooLong.Json.GetProperty("refused").GetProperty("field").GetString(), tooLong.Json.GetProperty("refused").GetProperty("limit").GetString()));
        Assert.NotEqual(0, alone.ExitCode);
        Assert.Contains("--burst goes with --rate.", alone.Errors, StringComparison.Ordinal);
        Assert.Equal("IGNORE", cleared.Json.GetProperty("traffic").GetProperty("outOfRange").GetString());
    }

    /// <returns>What the node says of its cache; null when it says nothing.</returns>
    private async Task<string?> CacheAsync(string model, CancellationToken ct)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        using var content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,2,3,4]}]}""", null, "application/json");
        using var answer = await http.PostAsync(new Uri(stack.Router, $"/staging/v2/models/{model}/infer"), content, ct);
        Assert.Contains("[3,6,9,12]", await answer.Content.ReadAsStringAsync(ct), StringComparison.Ordinal);
        return answer.Headers.TryGetValues("x-modelhub-cache", out var said) ? said.Single() : null;
    }
}
