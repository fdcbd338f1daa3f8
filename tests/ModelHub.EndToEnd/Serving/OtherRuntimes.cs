using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Serving;

/// <summary>Versions that are not ONNX, from registration to an answer through the router.</summary>
[Collection(SharedStack.Name)]
public sealed class OtherRuntimes(SharedStack shared)
{
    private static readonly HttpClient Http = new();
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_pickle_is_served_once_somebody_else_answers_for_it()
    {
        var ct = TestContext.Current.CancellationToken;
        await SystemPython.NeedsSklearnAsync(ct);
        var file = await SavedAsync("m = LinearRegression(); m.coef_ = numpy.array([1.0, 2.0]); m.intercept_ = 0.5; m.n_features_in_ = 2", ct);
        var model = await RegisteredAsync("pickled", "sklearn", file, outputs: 1, ct);

        var asked = (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "2s")).Expect(3);
        var own = await stack.RunAsync(ct, "version", "accept-scan", $"{model}@1", "--why", "it is mine");
        var accepted = await ModelHubCommand.RunAsync(
            ["version", "accept-scan", $"{model}@1", "--why", "a linear model, nothing else", "--json", "--url", stack.Api.ToString(), "--token", await stack.TokenAsync("APPROVER", ct)],
            TimeSpan.FromMinutes(1), ct);
        var id = asked.Json.GetProperty("promotion").GetString();
        await Eventually.HoldsAsync($"{model} is live", async () =>
        {
            var found = await stack.Admin.AskAsync("query($id: ID!) { node(id: $id) { ... on Promotion { state } } }", new { id }, ct);
            return found["node"]!["state"]!.GetValue<string>() == "LIVE";
        }, TimeSpan.FromMinutes(2), ct);

        own.Expect(2);
        accepted.Expect(0);
        var answers = await AskAsync(model, [1, 2, 0, 0], ct);
        Assert.Equal([5.5, 0.5], answers);
    }

    [Fact]
    public async Task A_model_on_another_server_is_promoted_and_answers_like_any_other()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var server = await OtherServer.StartAsync();
        var target = JsonSerializer.Serialize(new { kind = "v2", url = OtherServer.Url, model = "doubling" });
        var model = await RegisteredAsync("elsewhere", "external", await WrittenAsync(target, ct), outputs: 2, ct);

        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);

        var answers = await AskAsync(model, [1, 2, 3, 4], ct);
        Assert.Equal([2, 4, 6, 8], answers);
    }

    [Fact]
    public async Task A_quantised_version_is_made_by_a_command_and_served()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("heavy");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Product(64, 64), ct)).Expect(0);
        var none = await stack.ModelWithVersionAsync("light", 2, ct);

        var made = (await stack.RunAsync(ct, "version", "quantize", $"{model}@1")).Expect(0).Json;
        var refused = (await stack.RunAsync(ct, "version", "quantize", $"{none}@1")).Expect(1).Json;
        (await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);

        Assert.Equal((2, "ready"), (made.GetProperty("version").GetInt32(), made.GetProperty("state").GetString()));
        Assert.True(made.GetProperty("metrics").GetProperty("variant.bytes").GetDouble() * 2 < made.GetProperty("metrics").GetProperty("variant.bytes.original").GetDouble());
        Assert.StartsWith("The model has no MatMul or Gemm", refused.GetProperty("failure").GetString(), StringComparison.Ordinal);
        // Each row of weights is ½, so every answer is half of the sum of 64 ones.
        Assert.All(await AskAsync(model, [.. Enumerable.Repeat(1.0, 64)], ct), y => Assert.Equal(32, y, 0.01));
    }

    private async Task<string> RegisteredAsync(string part, string format, string file, int outputs, CancellationToken ct)
    {
        var model = Registering.NewModelName(part);
        var signature = await WrittenAsync(JsonSerializer.Serialize(new
        {
            inputs = new[] { new { name = "x", datatype = "FP32", shape = new[] { -1, 2 } } },
            outputs = new[] { new { name = "y", datatype = "FP32", shape = new[] { -1, outputs } } },
        }), ct);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RunAsync(ct, "version", "register", model, "--file", file, "--format", format, "--signature", signature)).Expect(0);
        return model;
    }

    private async Task<double[]> AskAsync(string model, double[] x, CancellationToken ct)
    {
        var columns = x.Length % 64 == 0 ? 64 : 2;
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(stack.Router, $"/staging/v2/models/{model}/infer"))
        {
            Content = JsonContent.Create(new { inputs = new[] { new { name = "x", datatype = "FP32", shape = new[] { x.Length / columns, columns }, data = x } } }),
        };
        request.Headers.Authorization = new("Bearer", stack.Token);
        using var response = await Http.SendAsync(request, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        Assert.True(response.IsSuccessStatusCode, text);
        return [.. JsonNode.Parse(text)!["outputs"]![0]!["data"]!.AsArray().Select(y => y!.GetValue<double>())];
    }

    private async Task<string> SavedAsync(string model, CancellationToken ct)
    {
        var path = Path.Combine(stack.Data, $"{Guid.NewGuid():N}.joblib");
        (await SystemPython.RunAsync($"import joblib, numpy\nfrom sklearn.linear_model import LinearRegression\n{model}\njoblib.dump(m, {JsonSerializer.Serialize(path)})", ct)).Expect(0);
        return path;
    }

    private async Task<string> WrittenAsync(string json, CancellationToken ct)
    {
        var path = Path.Combine(stack.Data, $"{Guid.NewGuid():N}.json");
        await File.WriteAllTextAsync(path, json, ct);
        return path;
    }
}
