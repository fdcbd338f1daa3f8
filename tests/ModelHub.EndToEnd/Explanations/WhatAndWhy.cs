using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Explanations;

/// <summary>A credit model that scikit-learn made: what it relies on, and why it said what it said, as people ask for it.</summary>
[Collection(SharedStack.Name)]
public sealed class WhatAndWhy(SharedStack shared)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_version_tells_what_it_relies_on_and_an_answer_why_it_is_what_it_is()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("why");
        var data = $"{model}-rows";
        (await stack.RunAsync(ct, "data", "register", data, "--file", SharedData.At("tabular", "german_credit", "test.csv"), "--wait")).Expect(0);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RunAsync(ct, "version", "register", model, "--file", SharedData.At("models", "german_lr_mixed", "model.onnx"), "--data", $"{data}@1")).Expect(0);

        var importance = (await stack.RunAsync(ct, "version", "explain", $"{model}@1", "--target", "class", "--positive", "2", "--repeats", "3", "--wait")).Expect(0).Json;

        Assert.Equal(("auc", 300), (importance.GetProperty("metric").GetString(), importance.GetProperty("rows").GetInt32()));
        // As scikit-learn measured it on these rows.
        Assert.InRange(importance.GetProperty("baseline").GetDouble(), 0.807, 0.809);
        var columns = importance.GetProperty("columns").EnumerateArray().ToList();
        Assert.Equal(20, columns.Count);
        Assert.Equal("checking_status", columns[0].GetProperty("column").GetString());
        Assert.True(columns[0].GetProperty("drop").GetDouble() > 0.02);

        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        var row = Row();
        var exact = (await stack.RunAsync(ct, "explain", model, "--env", "staging", "--row", row.ToJsonString())).Expect(0).Json;

        Assert.Equal(("linear", "log-odds", "rows", 100), (exact.GetProperty("method").GetString(), exact.GetProperty("space").GetString(), exact.GetProperty("backgroundOf").GetString(), exact.GetProperty("backgroundRows").GetInt32()));
        Assert.All(exact.GetProperty("answers").EnumerateArray(), answer => Assert.Equal(0, answer.GetProperty("residual").GetDouble(), 9));

        (await stack.RunAsync(ct, "ledger", model, "--env", "staging", "--share", "1")).Expect(0);
        var kept = await KeptAsync(model, row, ct);
        var why = (await stack.RunAsync(ct, "explain", model, "--env", "staging", "--prediction", kept)).Expect(0).Json;

        Assert.Equal(exact.GetProperty("answers").GetRawText(), why.GetProperty("answers").GetRawText());
    }

    /// <summary>Asks until a request was written down: routers hear of a ledger a moment later.</summary>
    private async Task<string> KeptAsync(string model, JsonObject row, CancellationToken ct)
    {
        using var http = new HttpClient { BaseAddress = stack.Router };
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        return await Eventually.GetAsync("a prediction in the ledger", async () =>
        {
            using var answer = await http.PostAsJsonAsync($"/staging/predict/{model}", new JsonArray(row.DeepClone()), ct);
            answer.EnsureSuccessStatusCode();
            var ledger = await stack.Admin.AskAsync("""query($m: String!) { endpoint(model: $m, environment: "staging") { predictions(first: 1) { nodes { id } } } }""", new { m = model }, ct);
            return ledger["endpoint"]!["predictions"]!["nodes"]!.AsArray().FirstOrDefault()?["id"]!.GetValue<string>();
        }, TimeSpan.FromSeconds(30), ct);
    }

    private static JsonObject Row() => new(SharedData.Json("models", "german_lr_mixed", "inputs.json").GetProperty("inputs").EnumerateArray()
        .Select(input => KeyValuePair.Create(input.GetProperty("name").GetString()!, JsonNode.Parse(input.GetProperty("data")[0].GetRawText()))));
}
