using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Rollouts;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Support;
using ModelHub.Worker.Rollouts;
using Xunit;

namespace ModelHub.Tests.Worker.Promotions;

public sealed class TrafficMemoryTests(TestPostgres server) : IAsyncLifetime
{
    private const int Seconds = 5;
    private static readonly Guid Router = Guid.NewGuid(), One = Guid.NewGuid(), Other = Guid.NewGuid();
    private readonly TestDatabase database = new(server);

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await database.InitializeAsync();
        await using var db = database.Open();
        await TrafficPartitions.EnsureAsync(db, DateTimeOffset.UtcNow, Ct);
    }

    public ValueTask DisposeAsync() => database.DisposeAsync();

    [Fact]
    public async Task Read_bit_by_bit_the_sums_are_those_of_everything_at_once_also_after_a_gap()
    {
        const int Windows = 60;
        var (memory, promotion) = (new TrafficMemory(), PromotionId.New(DateTimeOffset.UtcNow));
        var start = DateTimeOffset.UtcNow.AddSeconds(-Windows * Seconds);
        var since = start.AddSeconds(2);
        for (var n = 0; n < Windows; n++)
        {
            // One is lost in the middle of a minute that has settled long before the end.
            if (n != 17)
                await TellAsync(start.AddSeconds(n * Seconds), n + 1);
            var (coverage, sum) = await ReadAsync(memory, promotion, since);
            var (afresh, whole) = await ReadAsync(new TrafficMemory(), promotion, since);

            Assert.Equal(afresh.From, coverage.From);
            Assert.Equal(whole, sum);
        }

        var (at, total) = await ReadAsync(memory, promotion, since);
        Assert.Equal(18.0 * Seconds, (at.From - start).TotalSeconds, 0.001);
        Assert.Equal((Enumerable.Range(19, Windows - 18).Sum(), 2L * Enumerable.Range(19, Windows - 18).Sum()), total);
    }

    private async Task<(RouterCoverage Coverage, (long One, long Other) Sum)> ReadAsync(TrafficMemory memory, PromotionId promotion, DateTimeOffset since)
    {
        await using var db = database.Open();
        var coverage = (await memory.CoverageAsync(db, promotion, since, Ct)).Single();
        var (whole, _) = await memory.SumAsync(db, promotion, [One, Other], since, coverage.From, Ct);
        return (coverage, (whole[One].Sum(s => s.Requests), whole[Other].Sum(s => s.Requests)));
    }

    private async Task TellAsync(DateTimeOffset start, long requests)
    {
        await using var db = database.Open();
        VariantWindow Of(Guid variant, long n) => new(Guid.Empty, variant, Guid.Empty, n, 0, 0, 0, 0, 0, 0, new LatencyCounts(100, [n]));
        var age = DateTimeOffset.UtcNow - start.AddSeconds(Seconds);
        await WriteTraffic.RunAsync(db, [new ToldWindow(Router, start, Seconds, age, [Of(One, requests), Of(Other, 2 * requests)])], Ct);
        // All of this is of the past, and was told in time then: told now, after minutes, it would prove nothing.
        await db.Database.ExecuteSqlAsync($"insert into router_windows (router_id, start, seconds, ahead_seconds) values ({Router}, {start}, {(double)Seconds}, 0) on conflict do nothing", Ct);
    }
}
