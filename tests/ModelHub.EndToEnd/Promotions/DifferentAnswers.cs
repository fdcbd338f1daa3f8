using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Promotions;

/// <summary>Versions that answer every request, and fast, but otherwise than the live one: only what they say gives them away.</summary>
[Collection(SharedStack.Name)]
public sealed class DifferentAnswers(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Theory]
    [InlineData("maxPredictionShift: 0.25", "maxPredictionShift")]
    [InlineData("minAgreement: 0.9", "minAgreement")]
    public async Task A_canary_that_says_something_else_is_found_and_rolled_back_by_nobody(string limit, string name)
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await ServedAsync("different", ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(20, columns: 1), ct, "--metric", "accuracy=0.9")).Expect(0);
        await using var calls = Calls.Start(stack, model, columns: 1);

        var promoted = await PromoteAsync(model, Canary(limit), ct);

        promoted.Expect(4);
        var failed = promoted.Json.GetProperty("verdicts").EnumerateArray().Last();
        Assert.Equal("fail", failed.GetProperty("verdict").GetString());
        Assert.StartsWith(name, failed.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(calls.Of(1) > 50 && calls.Of(2) > 0, $"{calls.Of(1)} and {calls.Of(2)} answers");
        Assert.Empty(calls.Lost);
    }

    [Fact]
    public async Task One_that_says_the_same_goes_from_shadow_to_canary_to_live_and_another_fails_in_shadow_and_answers_nobody()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await ServedAsync("shadowed", ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(20, columns: 1), ct, "--metric", "accuracy=0.9")).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(2.0001f, columns: 1), ct, "--metric", "accuracy=0.9")).Expect(0);
        await using var calls = Calls.Start(stack, model, columns: 1);
        var plan = $"  - {{ stage: shadow, percent: 100, minimumSamples: 60, maximumTime: 2m, limits: {{ minAgreement: 0.9 }} }}\n{Canary("maxPredictionShift: 0.25, minAgreement: 0.9")}";

        var other = await PromoteAsync($"{model}@2", plan, ct);
        var answeredByOther = calls.Of(2);
        var same = await PromoteAsync($"{model}@3", plan, ct);

        other.Expect(4);
        Assert.Equal(["failed"], Outcomes(other));
        Assert.Contains("its shadow test failed: maxDifferenceRate", other.Json.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(0, answeredByOther);
        same.Expect(0);
        Assert.Equal(["passed", "passed"], Outcomes(same));
        var passed = same.Json.GetProperty("verdicts").EnumerateArray().Last();
        Assert.Equal(["maxPredictionShift", "minAgreement"], passed.GetProperty("findings").EnumerateArray().Select(f => f.GetProperty("limit").GetString()));
        Assert.Empty(calls.Lost);
    }

    private static IEnumerable<string?> Outcomes(CommandResult promoted) => promoted.Json.GetProperty("stages").EnumerateArray().Select(stage => stage.GetProperty("outcome").GetString());

    private static string Canary(string limits) =>
        $"  - {{ stage: canary, weight: 40, hold: 1s, minimumSamples: 60, maximumTime: 2m, limits: {{ {limits} }} }}\n  - {{ stage: live }}";

    private async Task<string> ServedAsync(string part, CancellationToken ct)
    {
        var model = Registering.NewModelName(part);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(2, columns: 1), ct, "--metric", "accuracy=0.8")).Expect(0);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        return model;
    }

    /// <param name="version">Version 2 when only the model is named.</param>
    private async Task<CommandResult> PromoteAsync(string version, string stages, CancellationToken ct)
    {
        var plan = Path.Combine(stack.Data, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(plan, $"name: tried-out\nstages:\n{stages}\n", ct);
        return await stack.RunAsync(ct, "promote", version.Contains('@') ? version : $"{version}@2", "--to", "staging", "--plan", plan, "--wait", "--timeout", "90s");
    }
}
