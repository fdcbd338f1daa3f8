using ModelHub.Database.Events;

namespace ModelHub.Api.Control;

/// <summary>Woken by any change in the database, reads the numbers and what lies behind a new one, and hands it to the streams.</summary>
internal sealed partial class FollowTables(
    IDbContextFactory<ModelHubDb> factory, Changes changes, CurrentTables current, TimeProvider time, ILogger<FollowTables> log) : BackgroundService
{
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var seen = changes.Count;
            try
            {
                await LookAsync(stoppingToken);
                await changes.WaitAsync(seen, Look, stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                LogFailed(log, e);
                await Task.Delay(Look, time, stoppingToken).ContinueWith(_ => { }, TaskScheduler.Default);
            }
        }
    }

    private async Task LookAsync(CancellationToken ct)
    {
        var (last, _) = current.Read();
        await using var db = await factory.CreateDbContextAsync(ct);
        var tables = await ReadTables.Async(db, last, time.GetUtcNow(), ct);
        if (tables.Revisions != last.Revisions)
        {
            current.Publish(tables);
            LogPublished(log, tables.Revisions.Routes, tables.Revisions.Assignments, tables.Revisions.Access);
        }
        current.Looked();
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Published routes {Routes}, assignments {Assignments}, access {Access}")]
    private static partial void LogPublished(ILogger log, long routes, long assignments, long access);

    [LoggerMessage(Level = LogLevel.Error, Message = "Cannot read what nodes and routers follow; they keep what they have")]
    private static partial void LogFailed(ILogger log, Exception e);
}
