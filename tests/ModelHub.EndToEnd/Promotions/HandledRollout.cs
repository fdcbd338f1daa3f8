using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Promotions;

/// <summary>A rollout that people pause, resume, skip and abort from the command line while it has real traffic.</summary>
[Collection(SharedStack.Name)]
public sealed class HandledRollout(SharedStack shared)
{
    private const string Plan =
        """
        name: handled
        stages:
          - { stage: canary, weight: 10, hold: 10m, minimumSamples: 10, maximumTime: 20m, limits: { maxErrorRate: 0.05 } }
          - { stage: canary, weight: 50, hold: 10m, minimumSamples: 10, maximumTime: 20m, limits: { maxErrorRate: 0.05 } }
          - { stage: live }
        """;

    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task It_keeps_its_share_while_paused_goes_on_when_skipped_and_gives_everything_back_when_aborted()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("handled", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct, "--metric", "accuracy=0.9")).Expect(0);
        var plan = Path.Combine(stack.Data, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(plan, Plan, ct);
        await using var calls = Calls.Start(stack, model);
        var id = (await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--plan", plan)).Expect(0).Json.GetProperty("promotion").GetString()!;
        await WeightAsync(model, 10, ct);

        (await stack.RunAsync(ct, "pause", id, "--why", "a look at it")).Expect(0);
        Assert.Equal("NotPausable", Refusal(await stack.RunAsync(ct, "pause", id)));
        var waited = await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--plan", plan);
        (await stack.RunAsync(ct, "resume", id)).Expect(0);
        Assert.Equal("NotPaused", Refusal(await stack.RunAsync(ct, "resume", id)));
        (await stack.RunAsync(ct, "skip", id, "--why", "known to be fine")).Expect(0);
        await WeightAsync(model, 50, ct);
        var aborted = (await stack.RunAsync(ct, "abort", id, "--why", "enough")).Expect(0).Json;
        await WeightAsync(model, null, ct);

        Assert.Equal("PromotionInProgress", Refusal(waited));
        Assert.Equal(["skipped known to be fine", "aborted enough"], aborted.GetProperty("stages").EnumerateArray().Select(s => $"{s.GetProperty("outcome")} {s.GetProperty("reason")}"));
        Assert.All(aborted.GetProperty("stages").EnumerateArray(), s => Assert.False(string.IsNullOrEmpty(s.GetProperty("by").GetString())));
        Assert.True(calls.Of(2) > 0);
        Assert.Empty(calls.Lost);
    }

    private static string? Refusal(CommandResult result) => result.Expect(2).Json.GetProperty("refused").GetProperty("name").GetString();

    /// <param name="percent">Of version 2; null: it has no share any more.</param>
    private Task WeightAsync(string model, double? percent, CancellationToken ct) => Eventually.HoldsAsync($"version 2 has {percent} %", async () =>
    {
        var data = await stack.Admin.AskAsync("query($m: String!) { endpoint(model: $m, environment: \"staging\") { variants { weight version { number } } } }", new { m = model }, ct);
        var found = JsonDocument.Parse(data["endpoint"]!["variants"]!.ToJsonString()).RootElement.EnumerateArray()
            .Where(v => v.GetProperty("version").GetProperty("number").GetInt32() == 2).Select(v => (double?)v.GetProperty("weight").GetDouble()).SingleOrDefault();
        return found == percent;
    }, TimeSpan.FromSeconds(30), ct);
}
