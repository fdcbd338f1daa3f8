using System.Globalization;
using Npgsql;

namespace ModelHub.Benchmarks;

/// <summary>Fills a migrated database by a script that lies beside the benchmarks.</summary>
internal static class Seed
{
    /// <param name="sizes">The columns of the one row of <c>size</c>, which the script reads.</param>
    public static async Task RunAsync(string database, string script, CancellationToken ct, params (string Name, long Value)[] sizes)
    {
        await using var connection = new NpgsqlConnection(database + ";Pooling=false;Command Timeout=1200");
        await connection.OpenAsync(ct);
        foreach (var sql in new[]
        {
            "create temp table size as select " + string.Join(", ", sizes.Select(size => string.Create(CultureInfo.InvariantCulture, $"{size.Value}::bigint as {size.Name}"))),
            await File.ReadAllTextAsync(Path.Combine(AppContext.BaseDirectory, script), ct),
            "vacuum analyze",
        })
        {
            await using var command = new NpgsqlCommand(sql, connection);
            await command.ExecuteNonQueryAsync(ct);
        }
    }
}
