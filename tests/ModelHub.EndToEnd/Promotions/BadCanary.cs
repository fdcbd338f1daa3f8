using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Promotions;

/// <summary>A version that fails every request is tried out on a share of the traffic, over whole processes.</summary>
[Collection(SharedStack.Name)]
public sealed class BadCanary(SharedStack shared)
{
    private const string Plan =
        """
        name: tried-out
        stages:
          - stage: canary
            weight: 20
            hold: 5m
            minimumSamples: 100
            maximumTime: 10m
            limits: { maxErrorRate: 0.05, maxP99Ratio: 3 }
          - stage: live
        """;

    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task It_is_found_and_rolled_back_by_nobody_and_no_request_is_lost()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("canary", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Failing(), ct, "--metric", "accuracy=0.9")).Expect(0);
        var plan = Path.Combine(stack.Data, $"{Guid.NewGuid():N}.yaml");
        await File.WriteAllTextAsync(plan, Plan, ct);
        using var stop = new CancellationTokenSource();
        var calling = CallAsync(model, stop.Token, ct);

        var promoted = await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--plan", plan, "--wait", "--timeout", "1m");

        await stop.CancelAsync();
        var (answered, lost) = await calling;
        promoted.Expect(4);
        var failed = promoted.Json.GetProperty("verdicts").EnumerateArray().Last();
        Assert.Equal("fail", failed.GetProperty("verdict").GetString());
        Assert.Contains("maxErrorRate", failed.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.True(answered > 50, $"{answered} answers");
        Assert.Empty(lost);
        (await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--wait")).Expect(2);
        (await stack.RunAsync(ct, "version", "unblock", $"{model}@2", "--env", "staging", "--why", "to try again")).Expect(0);
    }

    /// <summary>One request after the other, two at a time.</summary>
    private async Task<(int Answered, List<string> Lost)> CallAsync(string model, CancellationToken until, CancellationToken ct)
    {
        using var http = new HttpClient();
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        var (answered, lost) = (0, new List<string>());
        await Task.WhenAll(OneAsync(), OneAsync());
        return (answered, lost);

        async Task OneAsync()
        {
            while (!until.IsCancellationRequested)
            {
                using var content = new StringContent("""{"inputs":[{"name":"x","datatype":"FP32","shape":[1,4],"data":[1,1,1,1]}]}""", null, "application/json");
                using var answer = await http.PostAsync(new Uri(stack.Router, $"/staging/v2/models/{model}/infer"), content, ct);
                var text = await answer.Content.ReadAsStringAsync(ct);
                lock (lost)
                {
                    answered++;
                    if (!answer.IsSuccessStatusCode || !text.Contains("[2,2,2,2]", StringComparison.Ordinal))
                        lost.Add($"{(int)answer.StatusCode} {text}");
                }
                await Task.Delay(5, ct);
            }
        }
    }
}
