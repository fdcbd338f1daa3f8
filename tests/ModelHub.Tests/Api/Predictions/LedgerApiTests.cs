using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Predictions;

public sealed class LedgerApiTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "endpoint { revision ledger { share perSecond redacted hashed bytes days } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_an_operator_sets_reaches_routers_with_a_key_that_nobody_is_shown()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "ledgered");
        var model = await ServedAsync(admin, "ledgered.model");

        var set = (await admin.DoAsync("setEndpointLedger", Policy(model, new { share = 0.25, redacted = new[] { "name" }, hashed = new[] { "customer" }, days = 7 }), Selection)).GetProperty("endpoint");

        Assert.Equal("""{"share":0.25,"perSecond":100,"redacted":["name"],"hashed":["customer"],"bytes":16384,"days":7}""", set.GetProperty("ledger").GetRawText());
        await Eventually.Holds(() => Rule(router, model) is { Share: 0.25, Key.Length: 32 }, what: "the policy in the table");
        var key = Convert.ToBase64String(Rule(router, model)!.Key!);
        var events = await admin.QueryAsync("""{ events(first: 100) { nodes { type data } } }""");
        Assert.Contains("endpoint.ledger-set", events.GetRawText(), StringComparison.Ordinal);
        Assert.DoesNotContain(key, events.GetRawText(), StringComparison.Ordinal);

        await admin.DoAsync("setEndpointLedger", Policy(model, new { share = 0.5, hashed = new[] { "customer" } }), Selection);
        await Eventually.Holds(() => Rule(router, model)?.Share == 0.5, what: "the new share");
        Assert.Equal(key, Convert.ToBase64String(Rule(router, model)!.Key!));
        await admin.DoAsync("setEndpointLedger", Policy(model, null), Selection);
        await Eventually.Holds(() => router.Routes!.Endpoints.Single(e => e.Model == model).Ledger is null, what: "no ledger");
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_its_name()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "unledgered.model");
        async Task<string> Refused(object input) => (await admin.RefusedAsync("setEndpointLedger", input, Selection)).GetProperty("message").GetString()!;

        Assert.Contains("share", await Refused(Policy(model, new { share = 1.5 })), StringComparison.Ordinal);
        Assert.Contains("days", await Refused(Policy(model, new { share = 1.0, days = 0 })), StringComparison.Ordinal);
        Assert.Contains("production", await Refused(new { model, environment = "production" }), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_routers_tell_is_written_once_and_what_got_lost_is_shown()
    {
        using var admin = await host.AdminAsync();
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "recording");
        var model = await ServedAsync(admin, "recorded.model");
        var endpoint = await EndpointAsync(model);
        var run = Guid.CreateVersion7();
        PredictionRecords Told(long number, long sampled, params PredictionRecord[] items) => new(run, number, items, [new(endpoint.Value, sampled, 1)]);

        await router.SendAsync(Told(1, 3, Record(endpoint, "r-1"), Record(endpoint, "r-2") with { Status = 503, Outputs = null, Omitted = "outputs cannot be read" }));
        await router.SendAsync(Told(1, 3, Record(endpoint, "r-1"), Record(endpoint, "r-2")));
        await router.SendAsync(Told(4, 9, Record(endpoint, "r-3") with { At = DateTimeOffset.UtcNow.AddDays(-400) }));

        var totals = await Eventually.Is<JsonElement>(
            async () => (await admin.QueryAsync($$"""{ endpoint(model: "{{model}}", environment: "staging") { ledgerTotals { sampled stored dropped lost } } }""")).GetProperty("endpoint").GetProperty("ledgerTotals"),
            t => t.GetProperty("stored").GetInt64() == 3, TimeSpan.FromSeconds(10), "three predictions");
        Assert.Equal("""{"sampled":9,"stored":3,"dropped":1,"lost":6}""", totals.GetRawText());
        await using var db = host.Open();
        var rows = await db.Predictions.AsNoTracking().Where(p => p.EndpointId == endpoint).OrderBy(p => p.RequestId).ToListAsync(Ct);
        Assert.Equal([PredictionOutcome.Answered, PredictionOutcome.Unavailable, PredictionOutcome.Answered], rows.Select(r => r.Outcome));
        Assert.Equal("outputs cannot be read", rows[1].Omitted);
        Assert.InRange(DateTimeOffset.UtcNow - rows[2].At, TimeSpan.FromSeconds(-1), TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task What_no_router_tells_cuts_the_stream_and_what_postgres_does_not_take_is_lost_alone()
    {
        using var admin = await host.AdminAsync();
        var model = await ServedAsync(admin, "poisoned.model");
        var endpoint = await EndpointAsync(model);
        foreach (var wrong in (PredictionRecord[])
        [
            Record(endpoint, ""), Record(endpoint, "a b"), Record(endpoint, "r") with { Rows = 0 }, Record(endpoint, "r") with { Status = 1 },
            Record(endpoint, "r") with { Inputs = "{}" }, Record(endpoint, "r") with { Milliseconds = -1 },
        ])
        {
            await using var raving = await TestPeer.JoinAsync(host.Address, PeerKind.Router, $"raving-{Guid.NewGuid():N}");
            await raving.SendAsync(new PredictionRecords(Guid.CreateVersion7(), 1, [wrong], []));
            await Eventually.Holds(() => raving.Refused is not null, what: "The refusal");
        }

        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "poisoning");
        var run = Guid.CreateVersion7();
        await router.SendAsync(new PredictionRecords(run, 1, [Record(endpoint, "bad") with { Inputs = """[{"a":"\u0000"}]""" }], [new(endpoint.Value, 1, 0)]));
        await router.SendAsync(new PredictionRecords(run, 2, [Record(endpoint, "good")], [new(endpoint.Value, 2, 0)]));

        await using var db = host.Open();
        await Eventually.Is(() => db.Predictions.CountAsync(p => p.EndpointId == endpoint, Ct), n => n == 1, what: "the good one");
        var totals = (await ReadLedgerTotals.RunAsync(db, [endpoint], Ct))[endpoint];
        Assert.Equal((2, 1, 1), (totals.Sampled, totals.Stored, totals.Lost));
        Assert.Null(router.Refused);
    }

    private static object Policy(string model, object? policy) => new { model, environment = "staging", policy };

    private static RouteLedger? Rule(TestPeer router, string model) => router.Routes?.Endpoints.SingleOrDefault(e => e.Model == model)?.Ledger;

    private static PredictionRecord Record(EndpointId endpoint, string request) => new(
        endpoint.Value, Guid.CreateVersion7(), Guid.CreateVersion7(), request, DateTimeOffset.UtcNow, 1.5, 200, 1, """[{"age":30}]""", """[{"label":"good"}]""");

    private async Task<EndpointId> EndpointAsync(string model)
    {
        await using var db = host.Open();
        return (await db.Endpoints.SingleAsync(e => e.Model.Name == model, Ct)).Id;
    }

    private async Task<string> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        return model;
    }
}
