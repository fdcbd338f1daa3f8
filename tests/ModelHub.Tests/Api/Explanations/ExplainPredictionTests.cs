using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Access;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Predictions;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Router;
using Xunit;

namespace ModelHub.Tests.Api.Explanations;

/// <summary>What the API asks of a router, and what it makes of the answer.</summary>
public sealed class ExplainPredictionTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Query = """
        query($model: String!, $row: JSON, $prediction: ID, $predictionRow: Int, $permutations: Int) {
          explainPrediction(model: $model, environment: "staging", row: $row, prediction: $prediction, predictionRow: $predictionRow, permutations: $permutations) {
            version method space permutations seed backgroundRows backgroundOf answers { output class prediction base residual columns { column value phi standardError } }
          }
        }
        """;

    private const string Told = """
        {"model_name":"m","model_version":"1","method":"linear","space":"log-odds","permutations":0,"seed":1,"background":{"rows":40,"of":"rows"},
         "explanations":[[{"output":"p","class":"bad","prediction":1.5,"base":1,"residual":0,"columns":[{"name":"x","value":"car","phi":0.5,"standard_error":0}]}]]}
        """;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_row_is_explained_by_a_router_with_the_callers_own_token()
    {
        using var admin = await host.AdminAsync();
        await using var router = await RouterAsync(FakeNode.Saying(Told));
        var model = await ServedAsync(admin, "why.row");

        var told = (await admin.QueryAsync(Query, new { model, row = new { x = "car" }, permutations = 50 })).GetProperty("explainPrediction");

        Assert.Equal(
            """{"version":1,"method":"LINEAR","space":"LOG_ODDS","permutations":0,"seed":1,"backgroundRows":40,"backgroundOf":"ROWS","answers":[{"output":"p","class":"bad","prediction":1.5,"base":1,"residual":0,"columns":[{"column":"x","value":"car","phi":0.5,"standardError":0}]}]}""",
            told.GetRawText());
        var asked = Assert.Single(router.Requests);
        Assert.Equal($"POST /staging/explain/{model} HTTP/1.1", asked.Line);
        Assert.Equal("""{"rows":[{"x":"car"}],"permutations":50}""", asked.Body);
        Assert.StartsWith("Bearer mh", asked.Headers.First(h => h.Key.Equals("authorization", StringComparison.OrdinalIgnoreCase)).Value, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_prediction_of_the_ledger_is_explained_by_the_version_that_answered_it()
    {
        using var admin = await host.AdminAsync();
        await using var router = await RouterAsync(FakeNode.Saying(Told));
        var model = await ServedAsync(admin, "why.kept");
        var prediction = await KeptAsync(model, """[{"x":"car"},{"x":"boat"}]""");
        var hashed = await KeptAsync(model, """[{"x":"hmac:0123456789abcdef0123456789abcdef"}]""");

        await admin.QueryAsync(Query, new { model, prediction, predictionRow = 1 });

        var asked = Assert.Single(router.Requests);
        Assert.Equal($"POST /staging/v2/models/{model}/versions/1/explain HTTP/1.1", asked.Line);
        Assert.Equal("""{"rows":[{"x":"boat"}]}""", asked.Body);
        Assert.Contains("was hashed by the router", await RefusedAsync(admin, new { model, prediction = hashed }), StringComparison.Ordinal);
        Assert.Contains("no such prediction", await RefusedAsync(admin, new { model, prediction = Guid.CreateVersion7() }), StringComparison.Ordinal);
        Assert.Single(router.Requests);
    }

    [Fact]
    public async Task What_the_router_refuses_is_told_in_its_words()
    {
        using var admin = await host.AdminAsync();
        await using var router = await RouterAsync(FakeNode.Saying("""{"error":"Row 0 lacks the field 'y'."}""", 400));
        var model = await ServedAsync(admin, "why.refused");

        var refused = await RefusedAsync(admin, new { model, row = new { x = 1 } });

        Assert.Contains("Row 0 lacks the field 'y'.", refused, StringComparison.Ordinal);
        Assert.Contains("400", refused, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_makes_no_sense_or_is_not_allowed_reaches_no_router()
    {
        using var admin = await host.AdminAsync();
        await using var router = await RouterAsync(FakeNode.Saying(Told));
        var model = await ServedAsync(admin, "why.guarded");
        using var viewer = await host.AsAsync(Role.Viewer);
        using var elsewhere = await host.AsAsync(Role.Operator, "other");

        Assert.Contains("either a row or a prediction", await RefusedAsync(admin, new { model }), StringComparison.Ordinal);
        Assert.Contains("an object of named fields", await RefusedAsync(admin, new { model, row = 3 }), StringComparison.Ordinal);
        Assert.Contains("2 to 2000", await RefusedAsync(admin, new { model, row = new { x = 1 }, permutations = 1 }), StringComparison.Ordinal);
        Assert.Contains("why.nowhere", await RefusedAsync(admin, new { model = "why.nowhere", row = new { x = 1 } }), StringComparison.Ordinal);
        Assert.Contains("AUTH_NOT_AUTHORIZED", await RefusedAsync(viewer, new { model, row = new { x = 1 } }), StringComparison.Ordinal);
        Assert.Contains("AUTH_NOT_AUTHORIZED", await RefusedAsync(elsewhere, new { model, row = new { x = 1 } }), StringComparison.Ordinal);
        Assert.Empty(router.Requests);
    }

    private static async Task<string> RefusedAsync(ApiClient client, object variables)
    {
        var answer = await client.RawAsync(Query, variables);
        return answer.GetProperty("errors").GetRawText();
    }

    /// <summary>The only one that is ready.</summary>
    private async Task<FakeNode> RouterAsync(FakeNode fake)
    {
        await using var db = host.Open();
        await db.Routers.ExecuteDeleteAsync(Ct);
        db.Routers.Add(ModelHub.Domain.Nodes.Router.Join(new NodeIntroduction("fake", fake.Address, [], 1, 1, "1"), $"mhr_{Guid.NewGuid():n}"[..20], [1], DateTimeOffset.UtcNow.AddHours(1)).Value);
        await db.SaveChangesAsync(Ct);
        return fake;
    }

    private async Task<string> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        return model;
    }

    private async Task<Guid> KeptAsync(string model, string inputs)
    {
        await using var db = host.Open();
        var (now, request) = (DateTimeOffset.UtcNow, Guid.NewGuid().ToString());
        var endpoint = await db.Endpoints.Where(e => e.Model.Name == model).Select(e => e.Id).SingleAsync(Ct);
        var version = await db.Versions.Where(v => v.Model.Name == model).Select(v => v.Id).SingleAsync(Ct);
        await KeepPredictions.EnsureAsync(db, now, Ct);
        await WriteLedger.RunAsync(
            db,
            [
                new PredictionBatch(Guid.CreateVersion7(), Guid.CreateVersion7(), 1,
                    [new LoggedPrediction(endpoint.Value, Guid.CreateVersion7(), version.Value, request, now, 1.5, 200, PredictionOutcome.Answered, 2, inputs, """[{"p":1}]""", null)], [new TakenCount(endpoint.Value, 1, 1)]),
            ],
            now, Ct);
        return (await db.Predictions.SingleAsync(p => p.RequestId == request, Ct)).Id.Value;
    }
}
