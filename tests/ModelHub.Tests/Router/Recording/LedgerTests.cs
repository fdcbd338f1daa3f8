using System.Buffers.Binary;
using System.Net.Http.Headers;
using System.Text;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router.Recording;

/// <summary>Which requests a router tells one by one, and what of them.</summary>
public sealed class LedgerTests
{
    private const string Predict = "/production/predict/m";
    private const string Answer = """{"predictions":[{"label":"good","p":{"good":0.75,"bad":0.25}}]}""";
    private static readonly RouteLedger Everything = new(1, 10_000, 16_384);

    [Fact]
    public async Task A_request_is_told_with_its_rows_and_its_answer()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(Everything, node);

        await all.SayAsync("""{"instances":[{"income":1200.5,"purpose":"car"}]}""", path: Predict, headers: ("x-request-id", "r-1"));

        var told = await OneAsync(all);
        Assert.Equal(("r-1", 200, 1, null), (told.RequestId, told.Status, told.Rows, told.Omitted));
        Assert.Equal("""[{"income":1200.5,"purpose":"car"}]""", told.Inputs);
        Assert.Equal("""[{"label":"good","p":{"good":0.75,"bad":0.25}}]""", told.Outputs);
        Assert.InRange(DateTimeOffset.UtcNow - told.At, TimeSpan.Zero, TimeSpan.FromMinutes(1));
        Assert.InRange(told.Milliseconds, 0, 60_000);
    }

    [Fact]
    public async Task Tensors_are_told_row_by_row_and_probabilities_by_their_labels()
    {
        await using var node = FakeNode.Saying(
            """{"outputs":[{"name":"label","datatype":"INT64","shape":[2],"data":[1,0]},{"name":"p","datatype":"FP32","shape":[2,2],"parameters":{"labels":["0","1"]},"data":[0.25,0.75,1,0]}]}""");
        await using var all = await StartAsync(Everything, node);

        await all.SayAsync("""{"inputs":[{"name":"x","datatype":"FP32","shape":[2,3],"data":[[1,2,3],[4,5,6]]},{"name":"purpose","datatype":"BYTES","shape":[2,1],"data":["car","house"]}]}""");

        var told = await OneAsync(all);
        Assert.Equal("""[{"x":[1,2,3],"purpose":"car"},{"x":[4,5,6],"purpose":"house"}]""", told.Inputs);
        Assert.Equal("""[{"label":1,"p":{"0":0.25,"1":0.75}},{"label":0,"p":{"0":1,"1":0}}]""", told.Outputs);
    }

    [Fact]
    public async Task Binary_tensors_are_told_as_the_same_numbers()
    {
        await using var node = FakeNode.Saying("""{"outputs":[{"name":"y","datatype":"FP32","shape":[2],"data":[1.5,2.5]}]}""");
        await using var all = await StartAsync(Everything, node);
        var json = Encoding.UTF8.GetBytes("""{"inputs":[{"name":"x","datatype":"FP32","shape":[2,1],"parameters":{"binary_data_size":8}},{"name":"n","datatype":"INT64","shape":[2],"data":[9007199254740993,-1]}]}""");
        var body = new byte[json.Length + 8];
        json.CopyTo(body, 0);
        BinaryPrimitives.WriteSingleLittleEndian(body.AsSpan(json.Length), 0.5f);
        BinaryPrimitives.WriteSingleLittleEndian(body.AsSpan(json.Length + 4), float.NaN);
        using var request = new HttpRequestMessage(HttpMethod.Post, RouterAndNodes.Path) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        request.Content.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");

        using var answer = await all.Router.Http.SendAsync(request, TestContext.Current.CancellationToken);

        Assert.Equal("""[{"x":0.5,"n":9007199254740993},{"x":"NaN","n":-1}]""", (await OneAsync(all)).Inputs);
    }

    [Fact]
    public async Task What_is_not_to_be_shown_never_leaves_the_router_and_equal_values_hash_alike()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(Everything with { Redacted = ["Name", "p"], Hashed = ["customer"], Key = [1, 2, 3] }, node);

        await all.SayAsync(
            """{"instances":[{"name":"Ada Lovelace","customer":"c-17","age":36},{"name":"Bob","customer":"c-17","nested":{"customer":"c-18","name":"Eve"}}]}""", path: Predict);

        var told = await OneAsync(all);
        Assert.DoesNotContain("Ada", told.Inputs, StringComparison.Ordinal);
        Assert.DoesNotContain("Eve", told.Inputs, StringComparison.Ordinal);
        Assert.DoesNotContain("c-1", told.Inputs, StringComparison.Ordinal);
        using var rows = System.Text.Json.JsonDocument.Parse(told.Inputs!);
        var (first, second) = (rows.RootElement[0].GetProperty("customer").GetString()!, rows.RootElement[1].GetProperty("customer").GetString()!);
        Assert.Equal(first, second);
        Assert.Matches("^hmac:[0-9a-f]{32}$", first);
        Assert.NotEqual(first, rows.RootElement[1].GetProperty("nested").GetProperty("customer").GetString());
        Assert.Equal("""[{"label":"good","p":"redacted"}]""", told.Outputs);
    }

    [Fact]
    public async Task All_inputs_can_be_left_out_and_without_a_key_nothing_is_shown_instead_of_hashed()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(Everything with { Redacted = ["*"], Hashed = ["label"] }, node);

        await all.SayAsync("""[{"age":36,"name":"Ada"}]""", path: Predict);

        var told = await OneAsync(all);
        Assert.Equal("""[{"age":"redacted","name":"redacted"}]""", told.Inputs);
        Assert.Equal("""[{"label":"redacted","p":{"good":0.75,"bad":0.25}}]""", told.Outputs);
    }

    [Fact]
    public async Task Requests_that_fail_are_told_whatever_the_share()
    {
        await using var node = FakeNode.Saying("""{"error":"no"}""", 500);
        await using var all = await StartAsync(Everything with { Share = 0 }, node);

        await all.SayAsync("""[{"age":36}]""", path: Predict);
        node.Answer = (_, stream, ct) => FakeNode.WriteAsync(stream, FakeNode.Http(Answer), ct);
        await all.SayAsync("""[{"age":37}]""", path: Predict);
        node.Answer = (_, stream, ct) => FakeNode.WriteAsync(stream, FakeNode.Http("{}", 400), ct);
        await all.SayAsync("what is this", path: Predict);

        await Until.TrueAsync(() => Told(all).Count >= 2, "the failures are told");
        Assert.Equal([(500, """[{"age":36}]""", null), (400, null, "inputs cannot be read")], Told(all).Select(t => (t.Status, t.Inputs, t.Omitted)));
        Assert.All(Told(all), t => Assert.Null(t.Outputs));
    }

    [Fact]
    public async Task A_share_is_taken_evenly_and_no_more_than_the_cap()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(Everything with { Share = 0.1 }, node);
        for (var i = 0; i < 200; i++)
            await all.SayAsync("""[{"age":1}]""", path: Predict);
        await Until.TrueAsync(() => all.Measured.Sum(m => m.Requests) == 200, "the window is told");
        await Until.TrueAsync(() => Told(all).Count >= 19, "the share is told");
        Assert.InRange(Told(all).Count, 19, 21);

        all.Ledger = Everything with { PerSecond = 1 };
        await all.RouteAsync(RouterAndNodes.Primary(node));
        var (begun, before, asked) = (Environment.TickCount64, Told(all).Count, 0);
        await Until.TrueAsync(
            async () =>
            {
                await all.SayAsync("""[{"age":2}]""", path: Predict);
                asked++;
                return Told(all).Count >= before + 2;
            },
            "two capped ones are told");
        Assert.InRange(Told(all).Count - before, 2, (Environment.TickCount64 - begun) / 1_000 + 2);
        Assert.InRange(asked, 5, int.MaxValue);
    }

    [Fact]
    public async Task What_is_too_large_is_left_out_and_said_so()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(Everything with { Bytes = 300 }, node);

        await all.SayAsync($$"""[{"text":"{{new string('x', 400)}}"}]""", path: Predict);
        await all.SayAsync($$"""[{"text":"{{new string('x', 4_000)}}"}]""", path: Predict);
        await all.SayAsync($"[{string.Join(",", Enumerable.Repeat("{}", 1_001))}]", path: Predict);

        await Until.TrueAsync(() => Told(all).Count == 3, "all three are told");
        Assert.All(Told(all), t => Assert.NotNull(t.Outputs));
        Assert.Equal([null, null, null], Told(all).Select(t => t.Inputs));
        Assert.Equal(["inputs take more than 300 bytes", "inputs take more than 300 bytes"], Told(all).Take(2).Select(t => t.Omitted));
        Assert.StartsWith("inputs ", Told(all)[2].Omitted, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_the_api_is_away_requests_are_answered_and_what_was_taken_is_told_when_it_is_back()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(Everything, node);
        await all.SayAsync("""[{"age":1}]""", path: Predict);
        await OneAsync(all);

        await all.Api.DownAsync();
        for (var i = 0; i < 50; i++)
            Assert.Equal(200, (await all.SayAsync("""[{"age":2}]""", path: Predict)).Status);
        await all.Api.UpAsync();

        await Until.TrueAsync(() => Told(all).Count == 51, "all are told");
        var records = all.Api["r1"].Said.OfType<PredictionRecords>().ToList();
        Assert.Equal(51, records.SelectMany(r => r.Counts).Max(c => c.Sampled));
        Assert.Equal(0, records.SelectMany(r => r.Counts).Max(c => c.Dropped));
        Assert.Single(records.Select(r => r.Run).Distinct());
        Assert.Equal(records.Count, records.Select(r => r.Number).Distinct().Count());
        Assert.Contains("modelhub_router_predictions_sampled_total{environment=\"production\",model=\"m\"} 51", await all.MetricsAsync(), StringComparison.Ordinal);
        Assert.Contains("modelhub_router_predictions_dropped_total{environment=\"production\",model=\"m\"} 0", await all.MetricsAsync(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_endpoint_without_a_ledger_tells_nothing()
    {
        await using var node = FakeNode.Saying(Answer);
        await using var all = await StartAsync(null, node);

        for (var i = 0; i < 20; i++)
            await all.SayAsync("""[{"age":1}]""", path: Predict);
        await Until.TrueAsync(() => all.Measured.Sum(m => m.Requests) == 20, "the window is told");

        Assert.Empty(all.Api["r1"].Said.OfType<PredictionRecords>());
    }

    private static async Task<RouterAndNodes> StartAsync(RouteLedger? ledger, FakeNode node)
    {
        var all = await RouterAndNodes.StartAsync();
        all.Ledger = ledger;
        await all.RouteAsync(RouterAndNodes.Primary(node));
        return all;
    }

    private static List<PredictionRecord> Told(RouterAndNodes all) => [.. all.Api["r1"].Said.OfType<PredictionRecords>().SelectMany(p => p.Items)];

    private static async Task<PredictionRecord> OneAsync(RouterAndNodes all)
    {
        await Until.TrueAsync(() => Told(all).Count > 0, "the request is told");
        return Assert.Single(Told(all));
    }
}
