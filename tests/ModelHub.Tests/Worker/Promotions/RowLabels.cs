using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Predictions;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Predictions;
using ModelHub.Tests.Support;

namespace ModelHub.Tests.Worker.Promotions;

/// <summary>What the one router would tell of requests and callers say of them later: every fifth of a second some of each routed version, each with its label.</summary>
internal sealed class RowLabels(TestDatabase database) : IAsyncDisposable
{
    private const int PerWindow = 60;
    private readonly CancellationTokenSource stop = new();
    private readonly Guid run = Guid.CreateVersion7();
    private Task running = Task.CompletedTask;
    private long number;

    /// <summary>Of ten labels, how many say what the version said.</summary>
    public Dictionary<int, int> RightOfTen { get; } = [];

    public void Start() => running = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await stop.CancelAsync();
        await running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        stop.Dispose();
    }

    private async Task RunAsync()
    {
        await using (var db = database.Open())
            await KeepPredictions.EnsureAsync(db, DateTimeOffset.UtcNow, stop.Token);
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(200));
        while (await timer.WaitForNextTickAsync(stop.Token))
            await TellAsync();
    }

    private async Task TellAsync()
    {
        await using var db = database.Open();
        var (now, window) = (DateTimeOffset.UtcNow, number++);
        var router = await db.Routers.Where(r => r.State == RouterState.Ready).Select(r => r.Id).SingleAsync(stop.Token);
        foreach (var v in await db.Variants.Where(v => v.ValidTo == null && v.Weight > 0).Select(v => new { v.Id, v.EndpointId, v.VersionId, v.Version.Number }).ToListAsync(stop.Token))
        {
            var requests = Enumerable.Range(0, PerWindow).Select(i => $"{window}-{v.Number}-{i}").ToList();
            await WriteLedger.RunAsync(db, [new PredictionBatch(router.Value, run, window * 10 + v.Number, [.. requests.Select(r => new LoggedPrediction(
                v.EndpointId.Value, v.Id.Value, v.VersionId.Value, r, now, 1, 200, PredictionOutcome.Answered, 1, null, """[{"label":"good"}]""", null))], [])], now, stop.Token);
            await WriteLabels.RunAsync(
                db, v.EndpointId, [.. requests.Select((r, i) => new GivenLabel(r, 0, i % 10 < RightOfTen.GetValueOrDefault(v.Number, 9) ? "good" : "bad", now))], "test", now, stop.Token);
        }
    }
}
