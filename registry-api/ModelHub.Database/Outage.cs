using Npgsql;

namespace ModelHub.Database;

/// <summary>
/// A database that is away for a while is no reason to lose what was done or where one stood: who rides it out goes on when
/// the database is back. What is written then must be guarded, by a revision or a fence.
/// </summary>
public static class Outage
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    /// <summary>Also below the exceptions in which EF wraps what a retry could mend.</summary>
    public static bool Is(Exception failure)
    {
        for (var e = failure; e is not null; e = e.InnerException)
            if (e is NpgsqlException { IsTransient: true } or PostgresException { SqlState: PostgresErrorCodes.AdminShutdown or PostgresErrorCodes.CrashShutdown or PostgresErrorCodes.CannotConnectNow })
                return true;
        return false;
    }

    public static async Task<T> RideOutAsync<T>(Func<Task<T>> write, CancellationToken ct)
    {
        while (true)
        {
            try
            {
                return await write();
            }
            catch (Exception failure) when (Is(failure))
            {
                await Task.Delay(Pause, ct);
            }
        }
    }

    public static Task RideOutAsync(Func<Task> write, CancellationToken ct) => RideOutAsync(async () =>
    {
        await write();
        return true;
    }, ct);
}
