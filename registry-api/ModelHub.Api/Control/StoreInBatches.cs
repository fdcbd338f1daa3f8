namespace ModelHub.Api.Control;

/// <summary>Stores what peers tell as it comes, many messages at once when they come fast. While the database is away they wait, in a queue that is bounded.</summary>
internal abstract class StoreInBatches<T>(TimeProvider time) : BackgroundService
{
    private DateTime ensured;

    protected TimeProvider Time { get; } = time;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                var taken = await TakeAsync(stoppingToken);
                await Outage.RideOutAsync(() => StoreAsync(taken, stoppingToken), stoppingToken);
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                break;
            }
        }
        await LastAsync();
    }

    /// <summary>What has come; waits for the first.</summary>
    protected abstract Task<IReadOnlyList<T>> TakeAsync(CancellationToken ct);

    /// <summary>What the database does not take is lost and counted; that it is away is thrown.</summary>
    protected abstract Task StoreAsync(IReadOnlyList<T> taken, CancellationToken ct);

    /// <summary>When this process ends.</summary>
    protected virtual Task LastAsync() => Task.CompletedTask;

    /// <summary>Makes the partitions for today and the days after it, once a day.</summary>
    protected async Task EachDayAsync(Func<DateTimeOffset, Task> ensure)
    {
        var now = Time.GetUtcNow();
        if (ensured == now.UtcDateTime.Date)
            return;
        await ensure(now);
        ensured = now.UtcDateTime.Date;
    }
}
