using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Rollouts;

public sealed class ScalingTests(ApiHost host) : IClassFixture<ApiHost>
{
    private const string Selection = "endpoint { revision scaling { minReplicas maxReplicas outstandingPerReplica p99Ms cpuPercent scaleDownSeconds } }";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_operator_sets_bounds_once_and_takes_them_away_again()
    {
        using var admin = await host.AdminAsync();
        var (model, _) = await ServedAsync(admin, "scaled.model");
        var input = new { model, environment = "staging", policy = new { minReplicas = 1, maxReplicas = 4, p99Ms = 25.0 }, idempotencyKey = "scale-once" };

        var set = (await admin.DoAsync("setEndpointScaling", input, Selection)).GetProperty("endpoint");
        var again = (await admin.DoAsync("setEndpointScaling", input, Selection)).GetProperty("endpoint");
        var off = (await admin.DoAsync("setEndpointScaling", new { model, environment = "staging" }, Selection)).GetProperty("endpoint");

        Assert.Equal("""{"minReplicas":1,"maxReplicas":4,"outstandingPerReplica":4,"p99Ms":25,"cpuPercent":null,"scaleDownSeconds":300}""", set.GetProperty("scaling").GetRawText());
        Assert.Equal(set.GetRawText(), again.GetRawText());
        Assert.Equal("null", off.GetProperty("scaling").GetRawText());
        await using var db = host.Open();
        Assert.Equal(2, await db.Events.CountAsync(e => e.Type == "endpoint.scaling-set" && e.Subject == $"endpoint:{model}/staging", Ct));
    }

    [Fact]
    public async Task What_is_wrong_is_refused_by_its_name()
    {
        using var admin = await host.AdminAsync();
        var (model, _) = await ServedAsync(admin, "refused.model");

        var bounds = await admin.RefusedAsync("setEndpointScaling", new { model, environment = "staging", policy = new { minReplicas = 3, maxReplicas = 2 } }, Selection);
        var stale = await admin.RefusedAsync("setEndpointScaling", new { model, environment = "staging", expectedRevision = 99 }, Selection);
        var nowhere = await admin.RefusedAsync("setEndpointScaling", new { model, environment = "production" }, Selection);
        using var contributor = await host.AsAsync(Role.Contributor);
        var denied = await contributor.RawAsync(
            "mutation($input: SetEndpointScalingInput!) { setEndpointScaling(input: $input) { endpoint { revision } } }", new { input = new { model, environment = "staging" } });

        Assert.Equal(["INVALID_INPUT", "REVISION_CONFLICT", "ENDPOINT_NOT_FOUND"], new[] { bounds, stale, nowhere }.Select(e => e.GetProperty("code").GetString()));
        Assert.Contains("minReplicas", bounds.GetProperty("message").GetString(), StringComparison.Ordinal);
        Assert.Equal("AUTH_NOT_AUTHORIZED", denied.GetProperty("errors")[0].GetProperty("extensions").GetProperty("code").GetString());
    }

    [Fact]
    public async Task The_load_of_a_scaled_variant_is_written_in_steps_and_an_idle_router_counts_as_idle()
    {
        using var admin = await host.AdminAsync();
        var (model, variant) = await ServedAsync(admin, "loaded.model");
        await admin.DoAsync("setEndpointScaling", new { model, environment = "staging", policy = new { minReplicas = 1, maxReplicas = 4 } }, Selection);
        await using var busy = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "busy");
        await using var idle = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "idle");

        // 200 requests of 100 ms within five seconds: 4 in work at a time. The same window twice counts once.
        var dense = new long[LatencySketch.Buckets];
        dense[LatencySketch.Bucket(100_000)] = 200;
        var window = new Measurements(new Window(DateTimeOffset.UtcNow, 1), [new Measurement(Guid.NewGuid(), variant, Guid.NewGuid(), Guid.NewGuid(), 200, Errors.None, LatencySketch.From(dense))]);
        await busy.SendAsync(window);
        await busy.SendAsync(window);

        await Eventually.Holds(async () =>
        {
            await using var db = host.Open();
            var loads = await db.VariantLoads.Where(l => l.VariantId == ModelHub.Domain.Rollouts.VariantId.From(variant)).ToListAsync(Ct);
            return loads.Exists(l => l is { Requests: 200, Outstanding: > 3.9 and < 4.1, P99Ms: > 98 and < 102 } && l.RouterId.Value == busy.Welcome!.Id)
                && loads.Exists(l => l is { Requests: 0, Outstanding: 0, P99Ms: null } && l.RouterId.Value == idle.Welcome!.Id);
        }, TimeSpan.FromSeconds(20), "both routers' loads");
    }

    private async Task<(string Model, Guid Variant)> ServedAsync(ApiClient admin, string name)
    {
        var model = await admin.ModelAsync(name);
        await host.ShiftAsync(model, await host.ReadyVersionAsync(admin, model), "staging");
        await using var db = host.Open();
        return (model, (await db.Variants.SingleAsync(v => v.Endpoint.Model.Name == model, Ct)).Id.Value);
    }
}
