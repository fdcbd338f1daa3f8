using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Monitoring;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using ModelHub.Domain.Monitoring;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Monitoring;

public sealed class EndpointMonitorsTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "endpoint { monitoring { windowSeconds minimumSamples level unusualFeatures leftOut segment limits { measure above below } baseline { from to } } }";
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_operator_sets_is_kept_and_routers_hear_what_to_count()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "counting");
        var model = await ServedAsync(admin, "monitored.model");

        var set = (await admin.DoAsync("setEndpointMonitoring", new
        {
            model,
            environment = "staging",
            windowSeconds = 60,
            limits = new[] { new { measure = "quality.accuracy", below = 0.8 } },
            leftOut = new[] { "id" },
            unusualFeatures = 5,
        }, Selection)).GetProperty("endpoint").GetProperty("monitoring");

        Assert.Equal(
            """{"windowSeconds":60,"minimumSamples":500,"level":0.001,"unusualFeatures":5,"leftOut":["id"],"segment":null,"limits":[{"measure":"quality.accuracy","above":null,"below":0.8}],"baseline":null}""",
            set.GetRawText());
        await Eventually.Holds(() => SketchOf(router, model)?.Unusual == 5, what: "That the router hears it");
        Assert.Equal([18, 40, 60], Assert.Single(SketchOf(router, model)!.Columns).Edges!);
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_its_name()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "unmonitored.model");
        async Task<string> Refused(object input) => (await admin.RefusedAsync("setEndpointMonitoring", input, Selection)).GetProperty("message").GetString()!;

        Assert.Contains("windowSeconds", await Refused(new { model, environment = "staging", windowSeconds = 7 }), StringComparison.Ordinal);
        Assert.Contains("limits[0].measure", await Refused(new { model, environment = "staging", limits = new[] { new { measure = "drift.x", above = 1.0 } } }), StringComparison.Ordinal);
        Assert.Contains("production", await Refused(new { model, environment = "production" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_router_counts_is_stored_once_and_shown_beside_the_training_data()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "telling-counts");
        var model = await ServedAsync(admin, "counted.model");
        await Eventually.Holds(() => SketchOf(router, model) is not null, what: "That the router hears what to count");
        var route = router.Routes!.Endpoints.Single(e => e.Model == model);
        var (start, variant) = (DateTimeOffset.UtcNow.AddMinutes(-1), route.Variants[0]);
        var told = new Sketches(new Window(start, 5),
        [
            new(route.EndpointId, variant.VariantId, variant.VersionId, variant.Sketch!.Bins, 600, 0, 610, 3, [new("x", [0, 500, 100, 0], 0)],
                [new("p", 600, 0, new Histogram(400, [600]), Histogram.Empty, [])], [], []),
        ]);

        await router.SendAsync(told);
        await router.SendAsync(told);

        var shown = await Eventually.Is(
            () => admin.QueryAsync("""
                query ($model: String!) {
                  seen: columnDistribution(model: $model, environment: "staging", column: "x") { slots { label baseline window } windowNulls baselineNulls drift { samples psi ks } }
                  none: columnDistribution(model: $model, environment: "staging", column: "y") { column }
                }
                """, new { model }),
            data => data.GetProperty("seen").ValueKind == JsonValueKind.Object, TimeSpan.FromSeconds(10));
        var seen = shown.GetProperty("seen");
        var slots = seen.GetProperty("slots").EnumerateArray().Select(s => (s.GetProperty("label").GetString(), s.GetProperty("baseline").GetInt64(), s.GetProperty("window").GetInt64()));
        Assert.Equal([("below 18", 0, 0), ("18 to 40", 450, 500), ("40 to 60", 450, 100), ("above 60", 0, 0)], slots);
        Assert.Equal(Psi.Of([0, 450, 450, 0], [0, 500, 100, 0])!.Value, seen.GetProperty("drift").GetProperty("psi").GetDouble(), 9);
        Assert.Equal(10, seen.GetProperty("windowNulls").GetInt64());
        Assert.Equal(JsonValueKind.Null, shown.GetProperty("none").ValueKind);
    }

    [Fact]
    public async Task The_report_puts_columns_in_the_order_of_their_drift_by_windows_in_the_order_of_time()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "reported.model");
        var now = DateTimeOffset.UtcNow;
        await using (var db = host.Open())
        {
            var variant = await db.Variants.SingleAsync(v => v.Endpoint.Model.Name == model, ct);
            await MonitorPartitions.EnsureAsync(db, now, ct);
            MonitorValue Value(string measure, string? column, int ago, double? value, bool? breached) => new()
            {
                EndpointId = variant.EndpointId,
                VariantId = variant.Id,
                VersionId = variant.VersionId,
                Measure = measure,
                Column = column,
                WindowFrom = now.AddMinutes(-ago - 5),
                WindowTo = now.AddMinutes(-ago),
                Value = value,
                Samples = 1_000,
                Breached = breached,
            };
            await WriteMonitorValues.RunAsync(db,
            [
                Value(Measures.DriftPsi, "a", 10, 0.3, true), Value(Measures.DriftPsi, "a", 5, null, null), Value(Measures.DriftPsi, "b", 10, 0.1, false), Value(Measures.DriftPsi, "b", 5, 0.7, true),
                Value(Measures.UnusualShare, null, 10, 0.004, false), Value(Measures.UnusualShare, null, 5, 0.25, true), Value(Measures.DriftPsi, "b", 70, 9, true),
            ], ct);
        }

        var shown = await ReadAsync(admin, model, """driftReport { measure rows unusualRows columns { column latest values breached } windows } monitors(measure: "drift.psi", column: "b") { value version { number } }""");

        Assert.Equal(
            """[{"column":"b","latest":0.7,"values":[0.1,0.7],"breached":[false,true]},{"column":"a","latest":0.3,"values":[0.3,null],"breached":[true,null]}]""",
            shown.GetProperty("driftReport").GetProperty("columns").GetRawText());
        Assert.Equal((2_000, 254), (shown.GetProperty("driftReport").GetProperty("rows").GetInt64(), shown.GetProperty("driftReport").GetProperty("unusualRows").GetInt64()));
        Assert.Equal("""[{"value":0.7,"version":{"number":1}},{"value":0.1,"version":{"number":1}}]""", shown.GetProperty("monitors").GetRawText());
    }

    [Fact]
    public async Task Who_may_not_read_the_model_sees_no_monitors()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "hidden.model");
        using var other = await host.AsAsync(Role.Operator, "elsewhere");

        var shown = await other.QueryAsync("query ($model: String!) { endpoint(model: $model, environment: \"staging\") { monitors { value } } }", new { model });
        var column = await other.QueryAsync("query ($model: String!) { columnDistribution(model: $model, environment: \"staging\", column: \"x\") { column } }", new { model });

        Assert.Equal(JsonValueKind.Null, shown.GetProperty("endpoint").ValueKind);
        Assert.Equal(JsonValueKind.Null, column.GetProperty("columnDistribution").ValueKind);
    }

    private static RouteSketch? SketchOf(TestPeer router, string model) =>
        router.Routes?.Endpoints.SingleOrDefault(e => e.Model == model)?.Variants.SingleOrDefault()?.Sketch is { Columns.Length: > 0 } sketch ? sketch : null;

    private static async Task<JsonElement> ReadAsync(ApiClient client, string model, string fields) =>
        (await client.QueryAsync($"query ($model: String!) {{ endpoint(model: $model, environment: \"staging\") {{ {fields} }} }}", new { model })).GetProperty("endpoint");

    /// <summary>A version in front of traffic, made of data that was measured.</summary>
    private async Task<string> ServedAsync(ApiClient admin, string name)
    {
        var (model, dataset) = (await admin.ModelAsync(name), name + "-data");
        await admin.DoAsync("createDataset", new { name = dataset }, "dataset { id }");
        var file = await admin.UploadAsync([9, 9, 9, (byte)name.Length]);
        await admin.DoAsync("registerDataVersion", new { dataset, files = new[] { new { path = "a.csv", digest = file } } }, "dataVersion { number }");
        var version = await host.ReadyVersionAsync(admin, model);
        await host.MadeFromAsync(model, version, dataset);
        await host.MeasureAsync(dataset, new ColumnProfile("x", "integer", 900, 0, 40, "18", "60", 40, 10, [], [], [], [new(18, 40, 450), new(40, 60, 450)]));
        await using (var db = host.Open())
            await db.Database.ExecuteSqlAsync($$"""
                update versions v set signature = '{"inputs":[{"name":"x","datatype":"FP32","shape":[-1,1],"kind":"TENSOR"}],"outputs":[{"name":"p","datatype":"FP32","shape":[-1,1],"kind":"TENSOR"}]}'
                from models m where m.id = v.model_id and m.name = {{model}}
                """, ct);
        await host.ShiftAsync(model, version, "staging");
        return model;
    }
}
