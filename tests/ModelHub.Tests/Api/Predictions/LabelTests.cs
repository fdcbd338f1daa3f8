using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Access;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Api.Control;
using Xunit;

namespace ModelHub.Tests.Api.Predictions;

public sealed class LabelTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Counts = "labelCounts { labels duplicates corrections pending }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Labels_come_before_their_prediction_late_twice_and_corrected_and_all_are_kept()
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint) = await ServedAsync(admin, "label.model");

        Assert.Equal((2, 0, 0, 2), await PostAsync(admin, model, new { request = "r-1", value = (object)"bad", observedAt = "2026-01-01T00:00:00Z" }, new { request = "r-2", value = (object)1 }));
        await LogAsync(endpoint, "r-1");
        Assert.Equal((2, 1, 1, 0), await PostAsync(
            admin, model, new { request = "r-1", value = (object)"bad", observedAt = "2026-01-01T00:00:00Z" }, new { request = "r-1", value = (object)"good", observedAt = "2026-01-02T00:00:00Z" }));

        await using var db = host.Open();
        var known = new List<LabelledPrediction>();
        await foreach (var row in ReadLedger.RunAsync(db, new LedgerPart(endpoint, null, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddHours(1)), Ct))
            known.Add(row);
        Assert.Equal(("r-1", "good"), (Assert.Single(known).RequestId, known[0].Label!.Value));
        Assert.Equal(4, await db.Labels.CountAsync(l => l.EndpointId == endpoint, Ct));
        var totals = (await admin.QueryAsync($$"""{ endpoint(model: "{{model}}", environment: "staging") { ledgerTotals { labels pendingLabels } } }""")).GetProperty("endpoint").GetProperty("ledgerTotals");
        Assert.Equal("""{"labels":4,"pendingLabels":1}""", totals.GetRawText());
    }

    [Fact]
    public async Task A_file_that_is_sent_again_without_moments_says_what_was_said_before()
    {
        using var admin = await host.AdminAsync();
        var (model, _) = await ServedAsync(admin, "label.twice");

        Assert.Equal((2, 0, 0, 2), await PostAsync(admin, model, new { request = "t-1", value = "good" }, new { request = "t-2", value = "bad" }));
        Assert.Equal((2, 2, 0, 2), await PostAsync(admin, model, new { request = "t-1", value = "good" }, new { request = "t-2", value = "bad" }));
        Assert.Equal((1, 0, 1, 1), await PostAsync(admin, model, new { request = "t-1", value = "bad" }));
        // It counts "bad" by now: to say "good" again corrects that, and is no repetition.
        Assert.Equal((1, 0, 1, 1), await PostAsync(admin, model, new { request = "t-1", value = "good" }));
    }

    [Fact]
    public async Task The_mutation_does_the_same_and_a_replay_changes_nothing()
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint) = await ServedAsync(admin, "label.mutated");
        var input = new { model, environment = "staging", source = "core banking", idempotencyKey = "once", labels = new object[] { new { request = "r-1", row = 1, value = 2.50 }, new { request = "r-1", value = true } } };

        var first = await admin.DoAsync("labelPredictions", input, Counts);
        var again = await admin.DoAsync("labelPredictions", input, Counts);

        Assert.Equal("""{"labels":2,"duplicates":0,"corrections":0,"pending":2}""", first.GetProperty("labelCounts").GetRawText());
        Assert.Equal(first.GetProperty("labelCounts").GetRawText(), again.GetProperty("labelCounts").GetRawText());
        await using var db = host.Open();
        var kept = await db.Labels.AsNoTracking().Where(l => l.EndpointId == endpoint).OrderBy(l => l.Row).ToListAsync(Ct);
        Assert.Equal([(0, "true", "core banking"), (1, "2.5", "core banking")], kept.Select(l => (l.Row, l.Value, l.Source)));
    }

    [Fact]
    public async Task Lines_are_taken_and_what_is_wrong_is_told_with_its_line()
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint) = await ServedAsync(admin, "label.lines");

        using var good = await LinesAsync(admin, model, "{\"request\":\"a\",\"value\":1}\n\n{\"request\":\"b\",\"row\":2,\"value\":\"x\"}\n");
        using var bad = await LinesAsync(admin, model, "{\"request\":\"c\",\"value\":1}\n\n{\"request\":\"d\",\"value\":null}\n");

        Assert.Equal(2, (await good.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("labels").GetInt64());
        Assert.Equal("line 3.value", (await bad.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("field").GetString());
        await using var db = host.Open();
        Assert.Equal(2, await db.Labels.CountAsync(l => l.EndpointId == endpoint, Ct));
    }

    public static TheoryData<string, string> Wrong => new()
    {
        { """{"value":1}""", "labels[1].request" },
        { """{"request":"a b","value":1}""", "labels[1].request" },
        { """{"request":7,"value":1}""", "labels[1].request" },
        { """{"request":"a"}""", "labels[1].value" },
        { """{"request":"a","value":""}""", "labels[1].value" },
        { """{"request":"a","value":{}}""", "labels[1].value" },
        { """{"request":"a","value":1e999}""", "labels[1].value" },
        { """{"request":"a","value":1,"row":-1}""", "labels[1].row" },
        { """{"request":"a","value":1,"row":1000}""", "labels[1].row" },
        { """{"request":"a","value":1,"row":"x"}""", "labels[1].row" },
        { """{"request":"a","value":1,"observedAt":"yesterday"}""", "labels[1].observedAt" },
        { """{"request":"a","value":1,"observedAt":"2999-01-01T00:00:00Z"}""", "labels[1].observedAt" },
        { """{"request":"a","value":1,"at":"2026-01-01T00:00:00Z"}""", "labels[1].at" },
        { "7", "labels[1]" },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public async Task What_is_wrong_is_told_with_its_row_and_field_and_nothing_is_kept(string label, string field)
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint) = await ServedAsync(admin, $"label.wrong-{Guid.NewGuid():N}");

        using var answer = await SendAsync(admin, $$"""{"model":"{{model}}","environment":"staging","labels":[{"request":"fine","value":1},{{label}}]}""");

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("field").GetString());
        await using var db = host.Open();
        Assert.False(await db.Labels.AnyAsync(l => l.EndpointId == endpoint, Ct));
    }

    [Theory]
    [InlineData("{}", "labels")]
    [InlineData("[", "body")]
    [InlineData("""{"labels":[]}""", "model, environment")]
    [InlineData("""{"model":"MODEL","environment":"staging","labels":[]}""", "labels")]
    [InlineData("""{"model":"MODEL","environment":"staging","source":"","labels":[{"request":"a","value":1}]}""", "source")]
    public async Task A_document_that_is_none_is_refused_by_what_is_missing(string body, string field)
    {
        using var admin = await host.AdminAsync();
        var (model, _) = await ServedAsync(admin, $"label.none-{Guid.NewGuid():N}");

        using var answer = await SendAsync(admin, body.Replace("MODEL", model, StringComparison.Ordinal));

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Equal(field, (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("field").GetString());
    }

    [Fact]
    public async Task Who_may_call_the_model_may_label_it_and_nobody_else()
    {
        using var admin = await host.AdminAsync();
        var (model, _) = await ServedAsync(admin, "label.guarded");
        using var app = await host.AsAsync([new Grant(Role.Contributor, "label", "staging")], TokenScope.Infer);
        using var stranger = await host.AsAsync([new Grant(Role.Contributor, "other", Grant.Any)], TokenScope.Infer);
        using var elsewhere = await host.AsAsync([new Grant(Role.Contributor, "label", "production")], TokenScope.Infer);
        using var viewer = await host.AsAsync(Role.Viewer);

        var body = $$"""{"model":"{{model}}","environment":"staging","labels":[{"request":"a","value":1}]}""";
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(app, body)).StatusCode);
        foreach (var client in new[] { stranger, elsewhere, viewer })
            Assert.Equal(HttpStatusCode.Forbidden, (await SendAsync(client, body)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await SendAsync(admin, body.Replace("staging", "production", StringComparison.Ordinal))).StatusCode);
    }

    private static async Task<(long, long, long, long)> PostAsync(ApiClient client, string model, params object[] labels)
    {
        using var answer = await client.Http.PostAsJsonAsync("/api/v1/labels", new { model, environment = "staging", labels }, Ct);
        var counts = await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
        Assert.True(answer.IsSuccessStatusCode, $"{counts}");
        return (counts.GetProperty("labels").GetInt64(), counts.GetProperty("duplicates").GetInt64(), counts.GetProperty("corrections").GetInt64(), counts.GetProperty("pending").GetInt64());
    }

    private static Task<HttpResponseMessage> SendAsync(ApiClient client, string body) =>
        client.Http.PostAsync("/api/v1/labels", new StringContent(body, Encoding.UTF8, "application/json"), Ct);

    private static Task<HttpResponseMessage> LinesAsync(ApiClient client, string model, string lines) =>
        client.Http.PostAsync($"/api/v1/labels?model={model}&environment=staging", new StringContent(lines, Encoding.UTF8, "application/x-ndjson"), Ct);

    private async Task LogAsync(EndpointId endpoint, string request)
    {
        await using var db = host.Open();
        await KeepPredictions.EnsureAsync(db, DateTimeOffset.UtcNow, Ct);
        await WriteLedger.RunAsync(db, [new PredictionBatch(Guid.CreateVersion7(), Guid.CreateVersion7(), 1,
            [new LoggedPrediction(endpoint.Value, Guid.CreateVersion7(), Guid.CreateVersion7(), request, DateTimeOffset.UtcNow, 1, 200, PredictionOutcome.Answered, 1, "[{}]", """[{"label":"good"}]""", null)], [])],
            DateTimeOffset.UtcNow, Ct);
    }

    private async Task<(string Model, EndpointId Endpoint)> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        await using var db = host.Open();
        return (model, (await db.Endpoints.SingleAsync(e => e.Model.Name == model, Ct)).Id);
    }
}
