using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Api.Control;
using Xunit;

namespace ModelHub.Tests.Api.Predictions;

public sealed class QualityApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UtcNow;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Predictions_are_paged_newest_first_and_found_by_what_they_are()
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint, versions) = await ServedAsync(admin, "quality.paged");
        await LogAsync(endpoint, [.. Enumerable.Range(0, 25).Select(i => Asked(endpoint, versions[i % 2], $"r-{i:00}", Now.AddMinutes(i - 60), 0.9) with
        {
            Outcome = i == 7 ? PredictionOutcome.TimedOut : PredictionOutcome.Answered,
        })]);
        await LabelAsync(endpoint, Now, ("r-03", "good"), ("r-04", "bad"));

        var first = await PageAsync(admin, model, "first: 10");
        var second = await PageAsync(admin, model, $"first: 10, after: \"{first.GetProperty("pageInfo").GetProperty("endCursor").GetString()}\"");

        Assert.Equal(Enumerable.Range(15, 10).Reverse().Select(i => $"r-{i:00}"), Requests(first));
        Assert.Equal(Enumerable.Range(5, 10).Reverse().Select(i => $"r-{i:00}"), Requests(second));
        Assert.Equal(["r-07"], Requests(await PageAsync(admin, model, "where: { outcome: { eq: TIMED_OUT } }")));
        Assert.Equal(["r-09"], Requests(await PageAsync(admin, model, "where: { requestId: { eq: \"r-09\" } }")));
        Assert.Equal(["r-04", "r-03"], Requests(await PageAsync(admin, model, "labelled: true")));
        Assert.Equal(23, Requests(await PageAsync(admin, model, "labelled: false, first: 50")).Count());
        Assert.Equal(12, Requests(await PageAsync(admin, model, "where: { version: { eq: 2 } }, first: 50")).Count());
        Assert.Equal(["r-24", "r-23"], Requests(await PageAsync(admin, model, $"where: {{ at: {{ gte: \"{Now.AddMinutes(-37.5):O}\" }} }}")));
        var whole = (await admin.QueryAsync(
            $$"""{ endpoint(model: "{{model}}", environment: "staging") { predictions(labelled: true, first: 1) { nodes { inputs outputs status rows omitted version { number } labels { row value source } } } } }"""))
            .GetProperty("endpoint").GetProperty("predictions").GetProperty("nodes")[0];
        Assert.Equal(
            """{"inputs":[{"age":30}],"outputs":[{"p":{"bad":0.1,"good":0.9}}],"status":200,"rows":1,"omitted":null,"version":{"number":1},"labels":[{"row":0,"value":"bad","source":"test"}]}""",
            whole.GetRawText());
    }

    [Fact]
    public async Task Quality_is_what_was_known_then_of_the_version_that_is_asked_for()
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint, versions) = await ServedAsync(admin, "quality.known");
        await LogAsync(endpoint, Asked(endpoint, versions[0], "a", Now.AddHours(-3), 0.9), Asked(endpoint, versions[0], "b", Now.AddHours(-3), 0.2), Asked(endpoint, versions[1], "c", Now.AddHours(-2), 0.6));
        await LabelAsync(endpoint, Now.AddHours(-2.5), ("a", "bad"));
        await LabelAsync(endpoint, Now.AddHours(-1), ("a", "good"), ("b", "bad"), ("c", "bad"));

        Assert.Equal((3, 3, 2.0 / 3), Figures(await QualityAsync(admin, model, "")));
        Assert.Equal((2, 2, 1), Figures(await QualityAsync(admin, model, "version: 1")));
        Assert.Equal((1, 1, 0), Figures(await QualityAsync(admin, model, "version: 2")));
        Assert.Equal((3, 1, 0), Figures(await QualityAsync(admin, model, $"asKnownAt: \"{Now.AddHours(-2):O}\"")));
        Assert.Equal((2, 2, 1), Figures(await QualityAsync(admin, model, $"from: \"{Now.AddHours(-4):O}\", to: \"{Now.AddHours(-2.5):O}\"")));
        Assert.Equal((3, 0, null), Figures(await QualityAsync(admin, model, $"asKnownAt: \"{Now.AddHours(-2.9):O}\"")));
        var refused = await admin.RawAsync($$"""{ endpoint(model: "{{model}}", environment: "staging") { quality(from: "2020-01-01T00:00:00Z") { labelled } } }""");
        Assert.Contains("31 days", refused.GetProperty("errors")[0].GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Maturity_tells_which_share_had_a_label_when_it_was_so_old()
    {
        using var admin = await host.AdminAsync();
        var (model, endpoint, versions) = await ServedAsync(admin, "quality.mature");
        await LogAsync(endpoint, Asked(endpoint, versions[0], "a", Now.AddHours(-3), 0.9, rows: 2), Asked(endpoint, versions[0], "b", Now.AddHours(-3), 0.2), Asked(endpoint, versions[1], "c", Now.AddMinutes(-3), 0.6));
        await LabelAsync(endpoint, Now.AddHours(-3).AddSeconds(30), ("a", "bad"));
        await LabelAsync(endpoint, Now.AddHours(-1), ("a", "good"), ("b", "bad"), ("c", "bad"));

        var points = (await admin.QueryAsync($$"""{ endpoint(model: "{{model}}", environment: "staging") { labelMaturity { after predictions labelled share } } }"""))
            .GetProperty("endpoint").GetProperty("labelMaturity").EnumerateArray().Select(p => p.GetRawText()).ToList();

        Assert.Equal("""{"after":"PT1M","predictions":4,"labelled":2,"share":0.5}""", points[0]);
        Assert.Equal("""{"after":"PT5M","predictions":3,"labelled":1,"share":0.3333333333333333}""", points[1]);
        Assert.Equal("""{"after":"PT1H","predictions":3,"labelled":1,"share":0.3333333333333333}""", points[2]);
        Assert.Equal("""{"after":"PT6H","predictions":0,"labelled":0,"share":null}""", points[3]);
    }

    private static IEnumerable<string?> Requests(JsonElement page) => page.GetProperty("nodes").EnumerateArray().Select(n => n.GetProperty("requestId").GetString());

    private static async Task<JsonElement> PageAsync(ApiClient client, string model, string arguments) =>
        (await client.QueryAsync($$"""{ endpoint(model: "{{model}}", environment: "staging") { predictions({{arguments}}) { nodes { requestId } pageInfo { endCursor } } } }"""))
        .GetProperty("endpoint").GetProperty("predictions");

    private static async Task<JsonElement> QualityAsync(ApiClient client, string model, string arguments) =>
        (await client.QueryAsync($$"""{ endpoint(model: "{{model}}", environment: "staging") { quality{{(arguments.Length > 0 ? $"({arguments})" : "")}} { predictions labelled accuracy } } }"""))
        .GetProperty("endpoint").GetProperty("quality");

    private static (long, long, double?) Figures(JsonElement quality) =>
        (quality.GetProperty("predictions").GetInt64(), quality.GetProperty("labelled").GetInt64(), quality.GetProperty("accuracy") is { ValueKind: JsonValueKind.Number } n ? n.GetDouble() : null);

    private static LoggedPrediction Asked(EndpointId endpoint, Guid version, string request, DateTimeOffset at, double good, int rows = 1) => new(
        endpoint.Value, Guid.CreateVersion7(), version, request, at, 1, 200, PredictionOutcome.Answered, rows, """[{"age":30}]""",
        JsonSerializer.Serialize(new[] { new { p = new { good, bad = Math.Round(1 - good, 2) } } }), null);

    private async Task LogAsync(EndpointId endpoint, params LoggedPrediction[] items)
    {
        await using var db = host.Open();
        await KeepPredictions.EnsureAsync(db, Now, Ct);
        await WriteLedger.RunAsync(db, [new PredictionBatch(Guid.CreateVersion7(), Guid.CreateVersion7(), 1, items, [new TakenCount(endpoint.Value, items.Length, 0)])], Now, Ct);
    }

    private async Task LabelAsync(EndpointId endpoint, DateTimeOffset at, params (string Request, string Value)[] labels)
    {
        await using var db = host.Open();
        await WriteLabels.RunAsync(db, endpoint, [.. labels.Select(l => new GivenLabel(l.Request, 0, l.Value, at))], "test", at, Ct);
    }

    private async Task<(string Model, EndpointId Endpoint, Guid[] Versions)> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        int[] numbers = [await host.ReadyVersionAsync(admin, model), await host.ReadyVersionAsync(admin, model)];
        await host.ShiftAsync(model, numbers[0], "staging");
        await using var db = host.Open();
        var versions = await db.Versions.Where(v => v.Model.Name == model).OrderBy(v => v.Number).Select(v => v.Id).ToListAsync(Ct);
        return (model, (await db.Endpoints.SingleAsync(e => e.Model.Name == model, Ct)).Id, [.. versions.Select(v => v.Value)]);
    }
}
