using ModelHub.Hosting;
using ModelHub.Worker.Metrics;
using Npgsql;
using Quartz;

namespace ModelHub.Worker.Health;

internal static class HealthRoutes
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz/live", () => TypedResults.Ok(new { live = true }));
        app.MapGet("/healthz/ready", ReadyAsync);
        // Open: figures without names of models or people, and scrapers of a private network have no token.
        app.MapGet("/metrics", (WorkerMeter meter) => TypedResults.Text(meter.Text() + ProcessText.Write("worker"), "text/plain; version=0.0.4; charset=utf-8"));
    }

    /// <summary>Ready: the database answers and the scheduler runs.</summary>
    private static async Task<IResult> ReadyAsync(NpgsqlDataSource database, ISchedulerFactory schedulers, CancellationToken ct)
    {
        if (await FaultAsync(database, schedulers, ct) is { } reason)
            return TypedResults.Json(new { ready = false, reason }, statusCode: StatusCodes.Status503ServiceUnavailable);
        return TypedResults.Ok(new { ready = true });
    }

    private static async Task<string?> FaultAsync(NpgsqlDataSource database, ISchedulerFactory schedulers, CancellationToken ct)
    {
        try
        {
            await using var command = database.CreateCommand("select 1");
            command.CommandTimeout = 2;
            await command.ExecuteScalarAsync(ct);
        }
        catch (NpgsqlException)
        {
            return "The database does not answer.";
        }
        return (await schedulers.GetScheduler(ct)).Status == SchedulerStatus.Running ? null : "The job scheduler is not running.";
    }
}
