using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node.Explaining;

/// <summary>Explanations over the wire, of models whose figures are known.</summary>
public sealed class ExplainTests : IAsyncLifetime
{
    private static readonly float[] Weights = [2, -3, 0.5f, 0];
    private static readonly string[] Names = ["a", "b", "c", "d"];
    private static readonly double[][] Rows = MakeRows();

    private FakeApi api = null!;
    private NodeHost node = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1");
        api.Assign("n1",
            api.Assignment("linear", 1, TinyModel.Linear(Weights, 10, Names)) with { Fields = Fields(sample: true) },
            api.Assignment("net", 1, Network()) with { Fields = Fields(sample: true) },
            api.Assignment("marginal", 1, TinyModel.Linear(Weights, 10, Names)) with { Fields = Fields(sample: false) },
            api.Assignment("unknown", 1, TinyModel.Linear(Weights, 10, Names)));
        await Until.TrueAsync(
            () => api.Peers.Any(p => p.AppliedAccess == api.AccessRevision && p.Placements?.Items.Count(i => i.State == PlacementState.Ready) == 4), "ready");
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task A_linear_model_is_explained_by_the_closed_form_over_all_background_rows()
    {
        var told = await OkAsync("linear", """{"rows": [{"d": 4, "c": 3, "b": 2, "a": 1}]}""");

        Assert.Equal(("linear", "output", 0, "rows", 40), (Text(told, "method"), Text(told, "space"), (int)told["permutations"]!, (string)told["background"]!["of"]!, (int)told["background"]!["rows"]!));
        var answer = told["explanations"]![0]![0]!;
        double[] given = [1, 2, 3, 4];
        for (var i = 0; i < 4; i++)
        {
            var column = answer["columns"]![i]!;
            Assert.Equal((Names[i], 0.0), ((string)column["name"]!, (double)column["standard_error"]!));
            Assert.InRange((double)column["phi"]! - Weights[i] * (given[i] - Rows.Average(row => row[i])), -1e-5, 1e-5);
            Assert.Equal(given[i], (double)column["value"]!);
        }
        Assert.Equal(2 - 6 + 1.5 + 10, (double)answer["prediction"]!, 5);
        Assert.Equal(0, (double)answer["residual"]!, 9);
    }

    [Fact]
    public async Task Sampling_agrees_with_the_closed_form_within_its_stated_error()
    {
        const string Row = """{"a": 1, "b": 2, "c": 3, "d": 4}""";
        var exact = Columns(await OkAsync("linear", $$"""{"rows": [{{Row}}]}"""));
        var told = await OkAsync("linear", $$"""{"rows": [{{Row}}], "method": "sampling", "permutations": 80}""");

        Assert.Equal(("sampling", 80), (Text(told, "method"), (int)told["permutations"]!));
        foreach (var (column, known) in Columns(told).Zip(exact))
            Assert.InRange(Math.Abs((double)column["phi"]! - (double)known["phi"]!), 0, 3 * (double)column["standard_error"]! + 1e-4);
        // The last column has no weight.
        Assert.Equal(0, (double)Columns(told)[3]["phi"]!, 6);
    }

    [Fact]
    public async Task What_is_not_linear_adds_up_to_the_prediction_and_the_same_seed_gives_the_same()
    {
        const string Body = """{"rows": [{"a": 1, "b": -2, "c": 0.5, "d": 3}, {"a": 0, "b": 0, "c": 0, "d": 0}], "permutations": 40, "seed": 7}""";
        var (told, again, other) = (await OkAsync("net", Body), await OkAsync("net", Body), await OkAsync("net", Body.Replace("7}", "8}", StringComparison.Ordinal)));
        using var infer = await node.Http.PostAsync("/predict/net", Json("""[{"a": 1, "b": -2, "c": 0.5, "d": 3}]"""), TestContext.Current.CancellationToken);
        var predicted = JsonNode.Parse(await infer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!["predictions"]![0]!["y"]!;

        Assert.Equal(("sampling", "output", 2), (Text(told, "method"), Text(told, "space"), told["explanations"]!.AsArray().Count));
        foreach (var answer in told["explanations"]!.AsArray().SelectMany(row => row!.AsArray()))
        {
            var sum = (double)answer!["base"]! + answer["columns"]!.AsArray().Sum(c => (double)c!["phi"]!);
            Assert.Equal((double)answer["prediction"]!, sum, 5);
        }
        Assert.Equal((double)predicted[1]!, (double)told["explanations"]![0]![1]!["prediction"]!, 5);
        Assert.Equal(told.ToJsonString(), again.ToJsonString());
        Assert.NotEqual(told["explanations"]!.ToJsonString(), other["explanations"]!.ToJsonString());
    }

    [Fact]
    public async Task Without_whole_rows_the_background_is_drawn_column_by_column_and_says_so() =>
        Assert.Equal("marginals", (string)(await OkAsync("marginal", """{"rows": [{"a": 1, "b": 2, "c": 3, "d": 4}]}"""))["background"]!["of"]!);

    [Theory]
    [InlineData("linear", "{}", 400, "lacks the field 'rows'")]
    [InlineData("linear", "[]", 400, "an object with the field 'rows'")]
    [InlineData("linear", """{"rows": [{"a": 1}]}""", 400, "lacks the field 'b'")]
    [InlineData("linear", """{"rows": [{"a": 1, "b": 2, "c": 3, "d": "x"}]}""", 400, "expected FP32")]
    [InlineData("linear", """{"rows": [], "permutations": 1}""", 400, "'permutations' must be a whole number between 2 and 2000")]
    [InlineData("linear", """{"rows": [], "method": "guess"}""", 400, "'method' must be one of auto, sampling, linear")]
    [InlineData("linear", """{"rows": [], "depth": 3}""", 400, "takes rows, permutations, seed and method")]
    [InlineData("linear", """{"rows": """, 400, "not valid JSON")]
    [InlineData("net", """{"rows": [{"a": 1, "b": 2, "c": 3, "d": 4}], "method": "linear"}""", 422, "not found to be linear")]
    [InlineData("unknown", """{"rows": [{"a": 1, "b": 2, "c": 3, "d": 4}]}""", 422, "register the version with its data version")]
    [InlineData("nowhere", """{"rows": []}""", 404, "does not hold")]
    public async Task What_cannot_be_explained_is_refused_with_the_reason(string model, string body, int status, string says)
    {
        var (answered, text) = await ExplainAsync(model, body);

        Assert.Equal(status, answered);
        Assert.Contains(says, (string)JsonNode.Parse(text)!["error"]!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Seventeen_rows_are_one_too_many_and_more_than_a_mebibyte_is_not_read()
    {
        var rows = string.Join(',', Enumerable.Repeat("""{"a": 1, "b": 2, "c": 3, "d": 4}""", 17));

        Assert.Equal(400, (await ExplainAsync("linear", $$"""{"rows": [{{rows}}]}""")).Status);
        Assert.Equal(413, (await ExplainAsync("linear", new string(' ', 1024 * 1024 + 1))).Status);
    }

    [Fact]
    public async Task Who_may_not_call_the_model_may_not_have_it_explained()
    {
        using var stranger = new HttpClient { BaseAddress = node.Address };

        using var refused = await stranger.PostAsync("/v2/models/linear/explain", Json("""{"rows": []}"""), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task More_than_may_wait_are_sent_away_and_requests_are_answered_all_the_while()
    {
        const string Body = """{"rows": [{"a": 1, "b": -2, "c": 0.5, "d": 3}], "permutations": 2000, "method": "sampling"}""";

        var asked = Enumerable.Range(0, 40).Select(_ => ExplainAsync("net", Body)).ToList();
        using var infer = await node.Http.PostAsync("/predict/net", Json("""[{"a": 1, "b": -2, "c": 0.5, "d": 3}]"""), TestContext.Current.CancellationToken);
        var ended = await Task.WhenAll(asked);

        Assert.Equal(HttpStatusCode.OK, infer.StatusCode);
        Assert.Contains(ended, e => e.Status == 429);
        Assert.InRange(ended.Count(e => e.Status == 200), 1, 39);
        Assert.All(ended, e => Assert.True(e.Status is 200 or 429, e.Body));
        var metrics = await node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);
        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"modelhub_node_explanations_total{{model=\"net\",version=\"1\",outcome=\"overloaded\"}} {ended.Count(e => e.Status == 429)}\n"), metrics, StringComparison.Ordinal);
        // None of them is a request of the version.
        Assert.Contains("modelhub_node_requests_total{model=\"net\",version=\"1\",outcome=\"succeeded\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_takes_longer_than_the_caller_waits_ends_in_time()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v2/models/net/explain") { Content = Json("""{"rows": [{"a": 1, "b": -2, "c": 0.5, "d": 3}], "permutations": 2000, "method": "sampling"}""") };
        request.Headers.Add("x-modelhub-timeout-ms", "1");

        using var answer = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.True(answer.StatusCode is HttpStatusCode.GatewayTimeout or HttpStatusCode.TooManyRequests, $"{answer.StatusCode}");
    }

    [Theory]
    [InlineData("models/german_lr_mixed", "linear", "log-odds")]
    [InlineData("models/penguins_lr_mixed", "linear", "score")]
    [InlineData("models/taxis_by_area_ridge", "linear", "output")]
    [InlineData("models/german_gb_ordinal", "sampling", "output")]
    [InlineData("models/bike_sharing_forest", "sampling", "output")]
    public async Task A_model_trained_elsewhere_is_explained_and_the_figures_add_up(string name, string method, string space)
    {
        var inputs = SharedData.Json(name, "inputs.json").GetProperty("inputs").EnumerateArray().ToList();
        JsonNode? Cell(JsonElement input, int row) => JsonNode.Parse(input.GetProperty("data")[row].GetRawText());
        string Word(JsonElement input, int row) => input.GetProperty("data")[row].ValueKind == JsonValueKind.Number ? input.GetProperty("data")[row].GetRawText() : input.GetProperty("data")[row].GetString()!;
        var fields = inputs.Select(input => new FieldProfile(input.GetProperty("name").GetString()!, Sample: [.. Enumerable.Range(1, 30).Select(row => Word(input, row) is "NaN" ? null : Word(input, row))])).ToArray();
        api.Assign("n1", api.Assignment("trained", 1, File.ReadAllBytes(Path.Combine(SharedData.Folder(name), "model.onnx"))) with { Fields = fields });
        await Until.TrueAsync(() => api.Peers.Any(p => p.Placements?.Items is [{ State: PlacementState.Ready }]), "ready");
        var row = new JsonObject(inputs.Select(input => KeyValuePair.Create(input.GetProperty("name").GetString()!, Cell(input, 0))));

        var told = await OkAsync("trained", new JsonObject { ["rows"] = new JsonArray(row), ["permutations"] = 60 }.ToJsonString());

        Assert.Equal((method, space), (Text(told, "method"), Text(told, "space")));
        foreach (var answer in told["explanations"]![0]!.AsArray())
        {
            Assert.Equal(0, (double)answer!["residual"]!, 5);
            Assert.Contains(answer["columns"]!.AsArray(), c => (double)c!["phi"]! != 0);
        }
    }

    private async Task<JsonNode> OkAsync(string model, string body)
    {
        var (status, text) = await ExplainAsync(model, body);
        Assert.True(status == 200, $"{status} {text}");
        return JsonNode.Parse(text)!;
    }

    private async Task<(int Status, string Body)> ExplainAsync(string model, string body)
    {
        using var answer = await node.Http.PostAsync($"/v2/models/{model}/explain", Json(body), TestContext.Current.CancellationToken);
        return ((int)answer.StatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    private static List<JsonNode> Columns(JsonNode told) => [.. told["explanations"]![0]![0]!["columns"]!.AsArray().Select(c => c!)];

    private static string Text(JsonNode told, string field) => (string)told[field]!;

    private static StringContent Json(string text) => new(text, Encoding.UTF8, "application/json");

    private static FieldProfile[] Fields(bool sample) =>
    [
        .. Names.Select((name, i) => new FieldProfile(
            name, Rows.Min(row => row[i]), Rows.Max(row => row[i]), [.. Rows.Take(8).Select(row => row[i])],
            Sample: sample ? [.. Rows.Select(row => row[i].ToString("R", CultureInfo.InvariantCulture))] : null)),
    ];

    private static byte[] Network()
    {
        var random = new Random(5);
        float[] Some(int count) => [.. Enumerable.Range(0, count).Select(_ => (float)(random.NextDouble() * 2 - 1))];
        return new TinyModel()
            .Node("MatMul", ["x", "w1"], ["p"]).Node("Relu", ["p"], ["r"]).Node("MatMul", ["r", "w2"], ["y"])
            .Weights("w1", [4, 8], Some(32)).Weights("w2", [8, 2], Some(16))
            .Input("x", ModelHub.Onnx.ElementType.Float32, -1, 4).Output("y", ModelHub.Onnx.ElementType.Float32, -1, 2)
            .Metadata(("modelhub.features", JsonSerializer.Serialize(Names))).Written();
    }

    private static double[][] MakeRows()
    {
        var random = new Random(2);
        return [.. Enumerable.Range(0, 40).Select(_ => (double[])[.. Enumerable.Range(0, 4).Select(_ => Math.Round(random.NextDouble() * 4 - 2, 3))])];
    }
}
