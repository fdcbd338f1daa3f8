using System.Text.Json;
using Npgsql;

namespace ModelHub.Migrations;

/// <summary>
/// <c>hold-backup</c>: keeps the server in backup mode while somebody copies its data folder. Prints the name of the first WAL
/// file the copy needs, waits for a line on standard input, and prints what belongs into the copy. A line that never comes, or
/// the end of this process, calls the backup off.
/// </summary>
/// <remarks>PostgreSQL's low-level backup interface; a temporary replication slot keeps the WAL files until they are copied.</remarks>
internal static class HoldBackup
{
    public const string Verb = "hold-backup";

    public static async Task<int> RunAsync(string connectionString, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 }.ConnectionString);
        await connection.OpenAsync(ct);
        await ScalarAsync(connection, $"select pg_create_physical_replication_slot('modelhub_backup_{Environment.ProcessId}', true, true)::text", ct);
        Say(new { firstWal = await ScalarAsync(connection, "select pg_walfile_name(pg_backup_start('modelhub', true))", ct) });
        if (await Console.In.ReadLineAsync(ct) is null)
            return 1;

        await using var stop = new NpgsqlCommand("select labelfile, spcmapfile, pg_walfile_name(lsn) from pg_backup_stop(wait_for_archive => false)", connection);
        await using (var stopped = await stop.ExecuteReaderAsync(ct))
        {
            await stopped.ReadAsync(ct);
            Say(new { label = stopped.GetString(0), tablespaces = stopped.GetString(1), lastWal = stopped.GetString(2) });
        }
        // The WAL files are kept until whoever copies them is done.
        return await Console.In.ReadLineAsync(ct) is null ? 1 : 0;
    }

    private static void Say(object document)
    {
        Console.Out.WriteLine(JsonSerializer.Serialize(document));
        Console.Out.Flush();
    }

    private static async Task<string> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken ct)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return (string)(await command.ExecuteScalarAsync(ct))!;
    }
}
