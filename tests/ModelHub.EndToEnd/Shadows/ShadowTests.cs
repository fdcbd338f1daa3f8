using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Shadows;

/// <summary>From the command to the verdict, through every process there is.</summary>
[Collection(SharedStack.Name)]
public sealed class ShadowTests(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_version_that_answers_the_same_passes_and_one_that_does_not_fails_while_callers_notice_nothing()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("shadow", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(2.0001f), ct)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct)).Expect(0);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(ct);
        var calls = CallAsync(model, enough.Token, ct);

        var ended = await Task.WhenAll(TestAsync(model, 2, ct), TestAsync(model, 3, ct));
        await enough.CancelAsync();

        var same = ended[0].Expect(0).Json;
        Assert.Equal(("passed", "pass"), (same.GetProperty("state").GetString(), same.GetProperty("verdict").GetString()));
        Assert.Equal(0, same.GetProperty("report").GetProperty("differentRows").GetInt64());
        var other = ended[1].Expect(1).Json;
        Assert.Equal(("failed", "fail"), (other.GetProperty("state").GetString(), other.GetProperty("verdict").GetString()));
        Assert.Equal(1, other.GetProperty("report").GetProperty("differenceRate").GetDouble());
        Assert.Equal(1, other.GetProperty("report").GetProperty("outputs")[0].GetProperty("maxDifference").GetDouble());
        Assert.Equal(0, await calls);
        var shown = (await stack.RunAsync(ct, "shadow", "report", other.GetProperty("id").GetString()!)).Expect(1).Json;
        Assert.Equal(other.GetProperty("report").GetRawText(), shown.GetProperty("report").GetRawText());
    }

    private Task<CommandResult> TestAsync(string model, int version, CancellationToken ct) =>
        stack.RunAsync(ct, "shadow", "start", $"{model}@{version}", "--env", "staging", "--samples", "50", "--wait", "--timeout", "90s");

    /// <returns>how many calls were not answered as version 1 answers</returns>
    private async Task<int> CallAsync(string model, CancellationToken until, CancellationToken ct)
    {
        var wrong = 0;
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (await pace.WaitForNextTickAsync(until).AsTask().ContinueWith(tick => tick.IsCompletedSuccessfully, TaskScheduler.Default))
            wrong += await stack.AnswersAsync(model, 2, ct) ? 0 : 1;
        return wrong;
    }
}
