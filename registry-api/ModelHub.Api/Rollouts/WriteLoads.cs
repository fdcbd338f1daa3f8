using ModelHub.Api.Control;
using ModelHub.Protocol;

namespace ModelHub.Api.Rollouts;

/// <summary>Writes down the load of the variants that are scaled, a row per router and five seconds, and drops rows nobody looks at any more.</summary>
internal sealed partial class WriteLoads(
    IDbContextFactory<ModelHubDb> factory, LoadMeter loads, ConnectedPeers connected, TimeProvider time, ILogger<WriteLoads> log) : BackgroundService
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(VariantLoad.Seconds);
    private static readonly TimeSpan Kept = TimeSpan.FromSeconds(ScalingPolicy.MaxScaleDownSeconds + 60);

    /// <summary>Windows of a step may arrive this much after its end.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromMilliseconds(1_500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), time);
        var written = LoadMeter.StepOf(time.GetUtcNow() - Late);
        while (await timer.WaitForNextTickAsync(stoppingToken).AsTask().ContinueWith(t => t.IsCompletedSuccessfully && t.Result, TaskScheduler.Default))
        {
            var until = LoadMeter.StepOf(time.GetUtcNow() - Late);
            if (until == written)
                continue;
            try
            {
                await WriteAsync(until, stoppingToken);
            }
            catch (Exception failure) when (!stoppingToken.IsCancellationRequested)
            {
                // A step that is missing makes scaling wait; it never makes it shrink.
                LogFailed(log, failure);
            }
            written = until;
        }
    }

    private async Task WriteAsync(DateTimeOffset until, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var variants = await db.Variants.Where(v => v.ValidTo == null && v.Endpoint.Scaling != null).Select(v => v.Id).ToListAsync(ct);
        var routers = connected.All.Where(p => p.Kind == PeerKind.Router).Select(p => p.Id).ToList();
        var rows = loads.Take([.. variants.Select(v => v.Value)], routers, until);
        if (rows.Count == 0)
            return;
        var (ids, from, at) = (rows.Select(r => r.Variant).ToArray(), rows.Select(r => r.Router).ToArray(), rows.Select(r => r.At).ToArray());
        var (requests, outstanding, p99) = (rows.Select(r => r.Requests).ToArray(), rows.Select(r => r.Outstanding).ToArray(), rows.Select(r => r.P99Ms).ToArray());
        // A window that came after its step was written would replace the whole by a part: the first word stands.
        await db.Database.ExecuteSqlAsync($"""
            insert into variant_loads (variant_id, router_id, at, requests, outstanding, p99_ms)
            select * from unnest({ids}, {from}, {at}, {requests}, {outstanding}, {p99}) on conflict do nothing
            """, ct);
        await db.VariantLoads.Where(l => l.At < until - Kept).ExecuteDeleteAsync(ct);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The load of the last seconds could not be written")]
    private static partial void LogFailed(ILogger log, Exception failure);
}
