using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using Npgsql;

namespace ModelHub.Migrations;

internal static class ApplyMigrations
{
    /// <summary>Any number; the same for all who migrate this database.</summary>
    private const long Turn = 0x6d6f64656c687562;

    private const int OldestMajor = 15;

    /// <summary>Creates the database when it is missing, applies what is not applied, and seeds. Two may run at once: one works, the other waits and finds it done.</summary>
    /// <returns>How many migrations were applied.</returns>
    public static async Task<int> RunAsync(string connectionString, CancellationToken ct)
    {
        await CreateIfMissingAsync(connectionString, ct);
        await using var turn = new NpgsqlConnection(Unpooled(connectionString));
        await turn.OpenAsync(ct);
        if (turn.PostgreSqlVersion.Major < OldestMajor)
            throw new DatabaseTooOldException($"The database is PostgreSQL {turn.PostgreSqlVersion}; ModelHub needs version {OldestMajor} or later.");
        await using (var wait = new NpgsqlCommand($"select pg_advisory_lock({Turn})", turn) { CommandTimeout = 0 })
            await wait.ExecuteNonQueryAsync(ct);

        await using var db = Open(Unpooled(connectionString));
        var pending = (await db.Database.GetPendingMigrationsAsync(ct)).Count();
        await db.Database.MigrateAsync(ct);
        var now = TimeProvider.System.GetUtcNow();
        await Seed.EnvironmentsAsync(db, now, ct);
        await Seed.PolicyVersionsAsync(db, now, ct);
        await Seed.AlertRulesAsync(db, now, ct);
        return pending;
    }

    public static ModelHubDb Open(string connectionString) =>
        new((DbContextOptions<ModelHubDb>)new DbContextOptionsBuilder<ModelHubDb>()
            .UseModelHub(AddDatabase.OpenDataSource(connectionString), npgsql => npgsql
                .MigrationsAssembly(typeof(ApplyMigrations).Assembly.FullName)
                .MigrationsHistoryTable("migrations_history"))
            .Options);

    private static async Task CreateIfMissingAsync(string connectionString, CancellationToken ct)
    {
        var target = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        try
        {
            await using var probe = new NpgsqlConnection(target.ConnectionString);
            await probe.OpenAsync(ct);
        }
        catch (PostgresException missing) when (missing.SqlState == PostgresErrorCodes.InvalidCatalogName)
        {
            await CreateAsync(target, ct);
        }
    }

    private static async Task CreateAsync(NpgsqlConnectionStringBuilder target, CancellationToken ct)
    {
        var name = target.Database!;
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(target.ConnectionString) { Database = "postgres" }.ConnectionString);
        await connection.OpenAsync(ct);
        try
        {
            await using var create = new NpgsqlCommand($"create database \"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"", connection);
            await create.ExecuteNonQueryAsync(ct);
        }
        catch (PostgresException taken) when (taken.SqlState is PostgresErrorCodes.DuplicateDatabase or PostgresErrorCodes.UniqueViolation)
        {
            // Another process that starts now was first.
        }
    }

    private static string Unpooled(string connectionString) => new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false }.ConnectionString;
}

/// <summary>The server is of a version whose SQL is not ours.</summary>
internal sealed class DatabaseTooOldException(string message) : Exception(message);
