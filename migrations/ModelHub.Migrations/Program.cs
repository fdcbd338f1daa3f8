using System.Diagnostics.CodeAnalysis;
using Npgsql;

namespace ModelHub.Migrations;

/// <summary>Brings the database that <c>MODELHUB__DATABASE</c> or <c>--Database</c> names to the newest form, and exits; or holds it still for a backup.</summary>
internal static class Program
{
    private const int WrongUsage = 64;

    public static async Task<int> Main(string[] args)
    {
        if (!TryReadAddress(args, out var connectionString, out var fault))
        {
            await Console.Error.WriteLineAsync(fault);
            return WrongUsage;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            if (args.FirstOrDefault() == HoldBackup.Verb)
                return await HoldBackup.RunAsync(connectionString, stop.Token);
            var applied = await ApplyMigrations.RunAsync(connectionString, stop.Token);
            Console.WriteLine(applied == 0 ? "The database is up to date." : $"Applied {applied} migrations.");
            return 0;
        }
        catch (NpgsqlException failure)
        {
            await Console.Error.WriteLineAsync($"The database cannot be used: {failure.Message}");
            return 1;
        }
        catch (DatabaseTooOldException tooOld)
        {
            await Console.Error.WriteLineAsync(tooOld.Message);
            return 1;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 1;
        }
    }

    private static bool TryReadAddress(string[] args, [NotNullWhen(true)] out string? connectionString, [NotNullWhen(false)] out string? fault)
    {
        var flag = Array.FindIndex(args, a => a.Equals("--Database", StringComparison.OrdinalIgnoreCase));
        connectionString = flag >= 0 && flag + 1 < args.Length ? args[flag + 1] : Environment.GetEnvironmentVariable("MODELHUB__DATABASE");
        fault = string.IsNullOrWhiteSpace(connectionString) ? "Database: a connection string is needed, in MODELHUB__DATABASE or after --Database." : null;
        if (fault is null)
        {
            try
            {
                _ = new NpgsqlConnectionStringBuilder(connectionString);
            }
            catch (ArgumentException wrong)
            {
                fault = $"Database: not a connection string: {wrong.Message}";
            }
        }

        return fault is null && connectionString is not null;
    }
}
