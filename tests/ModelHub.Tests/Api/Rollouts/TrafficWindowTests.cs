using ModelHub.Database.Rollouts;
using ModelHub.Protocol;
using ModelHub.Tests.Api.Control;
using ModelHub.Tests.Support;
using Xunit;

namespace ModelHub.Tests.Api.Rollouts;

public sealed class TrafficWindowTests(ApiHost host) : IClassFixture<ApiHost>
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_router_tells_is_stored_once_nodes_together()
    {
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "telling");
        var (variant, start) = (Guid.NewGuid(), DateTimeOffset.UtcNow.AddSeconds(-1));
        var window = new Measurements(new Window(start, 1), [Counted(variant, 7, 2), Counted(variant, 5, 0)]);

        await router.SendAsync(window);
        await router.SendAsync(window);
        await router.SendAsync(new Measurements(new Window(start.AddSeconds(1), 0.2), []));

        await UntilAsync(start, router, c => c.Until > start.AddSeconds(1.1));
        await using var db = host.Open();
        var seen = Assert.Single(await ReadTraffic.WindowsAsync(db, [variant], start, start, DateTimeOffset.MaxValue, Ct));
        Assert.Equal((12, 2, 12), (seen.Sum.Requests, seen.Sum.Errors, seen.Sum.Latency.Total));
    }

    [Fact]
    public async Task A_lost_window_is_a_gap_and_everything_before_it_counts_no_more()
    {
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, "losing");
        var start = DateTimeOffset.UtcNow.AddSeconds(-1.2);

        foreach (var second in (double[])[0, 0.2, 0.7, 0.9])
            await router.SendAsync(new Measurements(new Window(start.AddSeconds(second), 0.2), []));

        var coverage = await UntilAsync(start, router, c => c.Until > start.AddSeconds(1.05));
        Assert.Equal(0.7, (coverage.From - start).TotalSeconds, 0.001);
        Assert.Null(coverage.AheadSeconds);
    }

    [Theory]
    [InlineData(6, true)]
    [InlineData(90, false)]
    public async Task A_window_that_was_held_while_the_api_was_away_counts_and_fills_a_gap_only_if_that_was_short(int held, bool fills)
    {
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, $"holding-{held}");
        var (variant, start) = (Guid.NewGuid(), DateTimeOffset.UtcNow.AddSeconds(-held - 2));

        await router.SendAsync(new Measurements(new Window(start, 1), [Counted(variant, 7, 0)], held + 1));
        await router.SendAsync(new Measurements(new Window(start, 1), [Counted(variant, 7, 0)], held + 1));
        for (var second = 1; second <= held; second++)
            await router.SendAsync(new Measurements(new Window(start.AddSeconds(second), 1), [], held + 1 - second));
        await router.SendAsync(new Measurements(new Window(start.AddSeconds(held + 1), 1), []));

        var coverage = await UntilAsync(start, router, c => c.Until > start.AddSeconds(held + 1.9));
        Assert.Equal(fills ? 0 : held + 2 - WriteTraffic.MostWaited - 1, (coverage.From - start).TotalSeconds, 1.1);
        Assert.Null(coverage.AheadSeconds);
        await using var db = host.Open();
        Assert.Equal(7, Assert.Single(await ReadTraffic.WindowsAsync(db, [variant], start, start, DateTimeOffset.MaxValue, Ct)).Sum.Requests);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(-40)]
    public async Task Windows_of_a_clock_that_is_off_are_left_out_and_it_is_said_by_how_much(double ahead)
    {
        await using var router = await TestPeer.JoinAsync(host.Address, PeerKind.Router, $"off{ahead:0}".Replace('-', 'b'));
        var (variant, since) = (Guid.NewGuid(), DateTimeOffset.UtcNow.AddSeconds(-2));

        await router.SendAsync(new Measurements(new Window(DateTimeOffset.UtcNow.AddSeconds(ahead), 1), [Counted(variant, 7, 0)]));

        var coverage = await UntilAsync(since, router, _ => true);
        Assert.Equal(ahead, coverage.AheadSeconds!.Value, 3.0);
        await using var db = host.Open();
        Assert.Empty(await ReadTraffic.WindowsAsync(db, [variant], since.AddMinutes(-2), since.AddMinutes(-2), DateTimeOffset.MaxValue, Ct));
    }

    [Fact]
    public async Task Days_are_made_beforehand_and_dropped_when_nobody_judges_them()
    {
        await using var db = host.Open();
        var now = DateTimeOffset.UtcNow;
        await TrafficPartitions.EnsureAsync(db, now.AddDays(-20), Ct);
        await TrafficPartitions.EnsureAsync(db, now, Ct);
        await TrafficPartitions.EnsureAsync(db, now, Ct);

        var dropped = await TrafficPartitions.DropOldAsync(db, now, Ct);

        Assert.Equal(8, dropped);
        Assert.Equal(0, await TrafficPartitions.DropOldAsync(db, now, Ct));
        await WriteTraffic.RunAsync(db, [new ToldWindow(Guid.NewGuid(), now, 0, TimeSpan.Zero, [])], Ct);
    }

    private Task<RouterCoverage> UntilAsync(DateTimeOffset since, TestPeer router, Func<RouterCoverage, bool> holds) => Eventually.Is<RouterCoverage>(async () =>
    {
        await using var db = host.Open();
        return (await ReadTraffic.CoverageAsync(db, since, Ct)).SingleOrDefault(c => c.Router == router.Welcome!.Id)!;
    }, c => c is not null && holds(c), TimeSpan.FromSeconds(10), "the router's windows");

    private static Measurement Counted(Guid variant, long requests, long failed) =>
        new(Guid.Empty, variant, Guid.Empty, Guid.NewGuid(), requests, new Errors(1, 0, 0, 0, failed), new LatencySketch(100, [requests]));
}
