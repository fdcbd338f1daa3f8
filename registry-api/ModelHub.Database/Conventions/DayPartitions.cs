using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace ModelHub.Database.Conventions;

/// <summary>The days of tables that are partitioned by a time: made before they begin, dropped whole when they have had theirs.</summary>
/// <param name="tables">Names of ours, never of a caller.</param>
public sealed class DayPartitions(params IReadOnlyList<string> tables)
{
    private const string Day = "yyyyMMdd";

    /// <summary>Makes the partitions of yesterday to the day after tomorrow, where they are missing.</summary>
    public async Task EnsureAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        // One at a time: two that create the same table at once would fail, "if not exists" notwithstanding.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext({"modelhub.partitions." + tables[0]}))", ct);
        for (var i = -1; i <= 2; i++)
            foreach (var table in tables)
                await db.Database.ExecuteSqlRawAsync(Create(table, now.UtcDateTime.Date.AddDays(i)), ct);
        await transaction.CommitAsync(ct);
    }

    /// <summary>Drops the days that were over before <paramref name="before"/>.</summary>
    /// <returns>how many were dropped</returns>
    public async Task<int> DropAsync(ModelHubDb db, DateTimeOffset before, CancellationToken ct)
    {
        var oldest = before.UtcDateTime.Date.ToString(Day, CultureInfo.InvariantCulture);
        string[] parents = [.. tables];
        var names = await db.Database.SqlQuery<string>(
            $"""
            select c.relname as "Value" from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
            where p.relname = any({parents}) and right(c.relname, 8) < {oldest}
            """).ToListAsync(ct);
        foreach (var name in names.Where(name => tables.Any(table => name.StartsWith(table, StringComparison.Ordinal)) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
            await db.Database.ExecuteSqlRawAsync(Drop(name), ct);
        return names.Count;
    }

    private static string Drop(string table) => $"drop table if exists {table}";

    private static string Create(string table, DateTime day) => string.Create(CultureInfo.InvariantCulture,
        $"create table if not exists {table}_{day:yyyyMMdd} partition of {table} for values from ('{day:yyyy-MM-dd}T00:00:00Z') to ('{day.AddDays(1):yyyy-MM-dd}T00:00:00Z')");
}
