using Microsoft.EntityFrameworkCore;
using ModelHub.Protocol;
using ModelHub.Tests.Support;
using Xunit;
using Wire = ModelHub.Tests.Support.Wire;

namespace ModelHub.Tests.Api.Control;

/// <summary>The database goes away under routers that tell what they see, and comes back.</summary>
public sealed class DatabaseAwayTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_stream_stays_says_that_nobody_sees_it_and_all_that_was_told_is_stored_once_afterwards()
    {
        await using var wire = new Wire(host.Database);
        var behind = await host.StartAsync($"--Database={wire.ConnectionString}");
        await using var router = await TestPeer.JoinAsync(ApiHost.AddressOf(behind), PeerKind.Router, "outlasting");
        await Eventually.Holds(() => router.Routes is not null && router.Heartbeats > 1 && !router.SaysItIsBlind, what: "a router that is seen");
        var (variant, start, routed) = (Guid.CreateVersion7(), DateTimeOffset.UtcNow.AddSeconds(-3.5), router.TimesRouted);

        await wire.CutAsync();
        foreach (var second in (int[])[0, 1, 2, 1, 3])
        {
            await router.SendAsync(new Measurements(new Window(start.AddSeconds(second), 1), [Counted(variant, 10)]));
            await router.SendAsync(new Protocol.Predictions(new Window(start.AddSeconds(second), 1), [Said(variant)]));
        }
        await router.SendAsync(new Applied(AppliedKind.Routes, 1_000_000, DateTimeOffset.UtcNow));
        await router.SendAsync(new Applied(AppliedKind.Routes, 1_000_001, DateTimeOffset.UtcNow));
        await Eventually.Holds(() => router.SaysItIsBlind, what: "a heartbeat that says so");
        Assert.False(router.Ended);
        wire.Mend();

        await Eventually.Holds(() => !router.SaysItIsBlind, what: "a database that is seen again");
        await Eventually.Holds(() => router.TimesRouted == routed + 1, what: "the table again");
        // In this order, or a router would put aside again what the table tries out.
        Assert.False(router.RoutedBlindly);
        Assert.False(router.Ended);
        await Eventually.Holds(async () =>
        {
            await using var db = host.Open();
            return (await db.Routers.AsNoTracking().SingleAsync(r => r.Name == "outlasting", Ct)).RoutesRevision == 1_000_001;
        }, what: "the newest table it acts on");
        // Each kind is stored as it was told, and none waits for another: the last second is there after all before it.
        await using var db = host.Open();
        await Eventually.Holds(async () => await CountAsync(db, $"select count(*)::int as \"Value\" from prediction_windows where variant_id = {variant} and start > {start.AddSeconds(2.5)}") == 1, what: "the last predictions");
        await Eventually.Holds(async () => await CountAsync(db, $"select count(*)::int as \"Value\" from traffic_windows where variant_id = {variant} and start > {start.AddSeconds(2.5)}") == 1, what: "the last traffic");
        Assert.Equal(4, await CountAsync(db, $"select count(*)::int as \"Value\" from prediction_windows where variant_id = {variant}"));
        Assert.Equal(40, await CountAsync(db, $"select sum(requests)::int as \"Value\" from traffic_windows where variant_id = {variant}"));
    }

    [Fact]
    public async Task Who_knocks_while_it_is_away_is_let_in_when_it_is_back()
    {
        await using var wire = new Wire(host.Database);
        var behind = await host.StartAsync($"--Database={wire.ConnectionString}");
        string key;
        await using (var first = await TestPeer.JoinAsync(ApiHost.AddressOf(behind), PeerKind.Router, "knocking"))
            key = first.Welcome!.Key!;

        await wire.CutAsync();
        await using var early = await TestPeer.ConnectAsync(ApiHost.AddressOf(behind), TestPeer.Hello(PeerKind.Router, "knocking", key));
        Assert.Equal((null, null, true), (early.Welcome, early.Refused, early.Ended));
        wire.Mend();

        await Eventually.Holds(async () =>
        {
            await using var again = await TestPeer.ConnectAsync(ApiHost.AddressOf(behind), TestPeer.Hello(PeerKind.Router, "knocking", key));
            return again.Welcome is not null;
        }, what: "a welcome");
    }

    private static Task<int> CountAsync(ModelHub.Database.ModelHubDb db, FormattableString sql) => db.Database.SqlQuery<int>(sql).SingleAsync(Ct);

    private static Measurement Counted(Guid variant, long requests) => new(Guid.Empty, variant, Guid.Empty, Guid.Empty, requests, Errors.None, new LatencySketch(100, [requests]));

    private static Prediction Said(Guid variant) => new(Guid.Empty, variant, Guid.Empty, "p", 10, 0, new Histogram(400, [10]), Histogram.Empty, []);
}
