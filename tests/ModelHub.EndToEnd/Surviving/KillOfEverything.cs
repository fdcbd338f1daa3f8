using System.Diagnostics;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving;

/// <summary>The power goes: every process of a stack ends at once, without a word.</summary>
public sealed class KillOfEverything
{
    [Fact]
    public async Task After_kill_9_of_every_process_a_second_start_comes_back_with_everything()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stack = await Stack.StartAsync(ct);
        var model = await stack.ServedModelAsync("kill", 5, ct);
        var family = ProcessTree.Of(stack.ProcessId);
        Assert.True(family.Count > 6, $"only {family.Count} processes: {string.Join(' ', family)}");

        foreach (var id in family)
            Kill(id);
        await stack.WaitForExitAsync(ct);
        await stack.UpAsync(ct);

        var kept = await stack.Admin.AskAsync(
            "query($m: String!) { version(model: $m, version: 1) { state digest endpoints { environment { name } } } auditVerification { ok } }", new { m = model }, ct);
        Assert.Equal("READY", kept["version"]!["state"]!.GetValue<string>());
        Assert.Equal("staging", kept["version"]!["endpoints"]![0]!["environment"]!["name"]!.GetValue<string>());
        Assert.True(kept["auditVerification"]!["ok"]!.GetValue<bool>());
        await Eventually.HoldsAsync("the endpoint answers again", () => stack.AnswersAsync(model, 5, ct), TimeSpan.FromSeconds(60), ct);
    }

    private static void Kill(int id)
    {
        try
        {
            using var process = Process.GetProcessById(id);
            process.Kill();
        }
        catch (ArgumentException)
        {
            // It ended with its parent, which was killed a moment ago.
        }
    }
}
