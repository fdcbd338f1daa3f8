using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Experiments;

/// <summary>From the command to the promotion of the winner, through every process there is.</summary>
[Collection(SharedStack.Name)]
public sealed class ExperimentTests(SharedStack shared)
{
    private const int Users = 240;
    private const int Probes = 40;
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task The_better_arm_wins_by_its_labels_while_every_user_keeps_his_arm_and_is_promoted_through_the_gates()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("experiment", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct)).Expect(0);
        var started = (await stack.RunAsync(
            ct, "experiment", "start", model, "--env", "staging", "--arm", "new=2:50", "--arm", "old=1:50", "--key-header", "x-user", "--samples", "50")).Expect(0);
        var id = started.Json.GetProperty("id").GetString()!;
        await Eventually.HoldsAsync("the arms are ready", async () => (await ShowAsync(id, 3, ct)).GetProperty("state").GetString() == "running", TimeSpan.FromMinutes(1), ct);

        var arms = new Dictionary<string, int>();
        await Eventually.HoldsAsync("the router deals", async () => await stack.AskAsAsync(model, null, ct) == 2 && await stack.DealsAsync(model, Probes, ct), TimeSpan.FromSeconds(60), ct);
        for (var round = 0; round < 3; round++)
            for (var user = 0; user < Users; user++)
            {
                var arm = await stack.AskAsAsync(model, $"user-{user}", ct);
                Assert.Equal(arms.TryAdd($"user-{user}", arm) ? arm : arms[$"user-{user}"], arm);
            }
        await Eventually.HoldsAsync("each key is counted", async () => Sum(await ShowAsync(id, 3, ct), "exposed") >= Users, TimeSpan.FromSeconds(60), ct);
        var exposed = await ShowAsync(id, 3, ct);
        Assert.Equal(Users + Probes, Sum(exposed, "exposed"));
        Assert.Equal(0, Sum(exposed, "measured"));

        // Of the old arm a fifth is won, of the new one four fifths; some are said twice.
        string[] labels = [.. arms.Select((user, i) => $"{user.Key}={((user.Value == 3) == (i % 5 > 0) ? 1 : 0)}")];
        (await stack.RunAsync(ct, ["experiment", "label", id, .. labels, .. labels.Take(20)])).Expect(0);
        await Eventually.HoldsAsync("it is concluded", async () => (await ShowAsync(id, null, ct)).GetProperty("state").GetString() == "concluded", TimeSpan.FromSeconds(60), ct);

        var ended = await ShowAsync(id, 0, ct);
        Assert.Equal(("pass", "new", 2), (ended.GetProperty("verdict").GetString(), ended.GetProperty("winner").GetProperty("name").GetString(), ended.GetProperty("winner").GetProperty("version").GetInt32()));
        Assert.Equal(Users, Sum(ended, "measured"));
        Assert.Equal(["old", "new"], ended.GetProperty("arms").EnumerateArray().Select(a => a.GetProperty("name").GetString()));
        await Eventually.HoldsAsync("the control has all traffic", async () => await stack.AskAsAsync(model, arms.First(a => a.Value == 3).Key, ct) == 2, TimeSpan.FromSeconds(60), ct);
        var promoted = (await stack.RunAsync(ct, "experiment", "promote", id, "--wait", "--timeout", "1m")).Expect(0).Json;
        Assert.Equal("live", promoted.GetProperty("state").GetString());
        Assert.Equal(3, await stack.AskAsAsync(model, "user-0", ct));
    }

    private static long Sum(JsonElement experiment, string field) => experiment.GetProperty("arms").EnumerateArray().Sum(arm => arm.GetProperty(field).GetInt64());

    private async Task<JsonElement> ShowAsync(string id, int? code, CancellationToken ct)
    {
        var shown = await stack.RunAsync(ct, "experiment", "show", id);
        return (code is { } expected ? shown.Expect(expected) : shown).Json;
    }
}
