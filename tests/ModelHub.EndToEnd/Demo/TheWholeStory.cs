using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Demo;

/// <summary>The demo is the acceptance test of the main job: every step holds, and no request is lost on the way.</summary>
public sealed class TheWholeStory
{
    [Fact]
    public async Task Every_step_of_the_demo_holds_and_no_inference_request_fails()
    {
        var ct = TestContext.Current.CancellationToken;
        var data = Directory.CreateTempSubdirectory("modelhub-demo-").FullName;

        var result = await ModelHubCommand.RunAsync(
            ["demo", "--exit", "--quick", "--json", "--data", data, "--port", $"{FreePorts.Neighbours(8)}"], TimeSpan.FromMinutes(12), ct);

        result.Expect(0);
        var steps = result.Json.GetProperty("steps").EnumerateArray().ToList();
        Assert.True(steps.Count >= 8, $"{steps.Count} steps");
        Assert.All(steps, step => Assert.True(step.GetProperty("ok").GetBoolean(), step.ToString()));
        var sent = steps.Where(step => step.GetProperty("figures").TryGetProperty("failed", out _)).ToList();
        Assert.NotEmpty(sent);
        Assert.All(sent, step => Assert.Equal(0, step.GetProperty("figures").GetProperty("failed").GetInt64()));
        var bad = steps.Where(step => step.GetProperty("figures").TryGetProperty("firstBadAnswerToLastRequestMs", out _)).Select(step => step.GetProperty("figures").GetProperty("judged").GetString()!).ToList();
        Assert.Equal(2, bad.Count);
        Assert.Contains("maxErrorRate", bad[0], StringComparison.Ordinal);
        Assert.Contains("maxP", bad[1], StringComparison.Ordinal);
        LoopClosed(steps);
        Directory.Delete(data, recursive: true);
    }

    /// <summary>Every step of the loop is timed, in its order, and the labels say that it was worth it.</summary>
    private static void LoopClosed(List<JsonElement> steps)
    {
        double Figure(string name) => Assert.Single(steps, step => step.GetProperty("figures").TryGetProperty(name, out _)).GetProperty("figures").GetProperty(name).GetDouble();

        string[] times = ["shiftToAlertMs", "alertToRunMs", "runMs", "challengerToLiveMs"];
        Assert.All(times, name => Assert.InRange(Figure(name), 0, 180_000));
        Assert.True(Figure("shiftToLiveMs") >= Figure("shiftToAlertMs") + Figure("runMs"));
        Assert.InRange(Figure("auc.before"), 0.7, 1);
        Assert.InRange(Figure("auc.shifted"), 0, 0.65);
        Assert.InRange(Figure("auc.after"), 0.65, 1);
    }
}
