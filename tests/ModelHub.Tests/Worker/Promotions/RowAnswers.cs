using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Shadows;
using ModelHub.Tests.Support;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>
/// What the one router would tell of answers and the api store: every fifth of a second, what each routed version said, and how many rows of the
/// copies differed.
/// </summary>
internal sealed class RowAnswers(TestDatabase database) : IAsyncDisposable
{
    private const int PerWindow = 100;
    private readonly CancellationTokenSource stop = new();
    private readonly Random random = new(1);
    private Task running = Task.CompletedTask;
    private long compared;

    /// <summary>By how much the scores of the candidate, version 2, lie above those of version 1.</summary>
    public double Shift { get; init; }

    /// <summary>Share of rows that differ.</summary>
    public double Differ { get; init; }

    public void Start() => running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await timer.WaitForNextTickAsync(stop.Token))
        {
            await using var db = database.Open();
            var router = await db.Routers.Where(r => r.State == RouterState.Ready).Select(r => r.Id).SingleAsync(stop.Token);
            var now = DateTimeOffset.UtcNow;
            foreach (var v in await db.Variants.Where(v => v.ValidTo == null && v.Weight > 0).Select(v => new { v.Id, v.EndpointId, v.VersionId, v.Version.Number }).ToListAsync(stop.Token))
                await db.Database.ExecuteSqlAsync($"""
                    insert into prediction_windows (variant_id, router_id, start, seconds, endpoint_id, version_id, output, distribution)
                    values ({v.Id.Value}, {router.Value}, {now}, 0.2, {v.EndpointId.Value}, {v.VersionId.Value}, 'y', {Json(Scores(v.Number == 2 ? Shift : 0))}::jsonb)
                    """, stop.Token);
            var pairs = PairCounts.None with { Compared = compared += PerWindow, Rows = compared, DifferentRows = (long)(compared * Differ) };
            await db.Database.ExecuteSqlAsync($"""
                insert into comparisons (shadow_test_id, router_id, since, until, found)
                select t.id, {router.Value}, t.started_at, {now}, {Json(Comparison.None with { Pairs = pairs })}::jsonb from shadow_tests t where t.state = 'Running'
                on conflict (shadow_test_id, router_id, since) do update set until = excluded.until, found = excluded.found
                """, stop.Token);
        }
    }

    private Distribution Scores(double by)
    {
        var counts = new long[LogScale.Difference.Buckets];
        for (var i = 0; i < PerWindow; i++)
            counts[LogScale.Difference.Bucket(random.NextDouble() + by)]++;
        return Distribution.None with { Sampled = PerWindow, Positive = new(0, counts) };
    }

    private static string Json<T>(T value) => JsonSerializer.Serialize(value, ModelHub.Database.Conventions.Json.Options);
}
