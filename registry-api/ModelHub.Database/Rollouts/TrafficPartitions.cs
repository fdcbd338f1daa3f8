using System.Globalization;
using Microsoft.EntityFrameworkCore;

namespace ModelHub.Database.Rollouts;

/// <summary>The days of the tables of traffic windows: made before they begin, dropped whole when nobody judges them any more.</summary>
public static class TrafficPartitions
{
    /// <summary>For how long windows can be looked at; verdicts keep the sums they were judged on for ever.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(8);

    private static readonly string[] Tables = ["traffic_windows", "router_windows"];
    private const string Day = "yyyyMMdd";

    /// <summary>Makes the partitions of yesterday to the day after tomorrow, where they are missing.</summary>
    public static async Task EnsureAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        // One at a time: two that create the same table at once would fail, "if not exists" notwithstanding.
        await using var transaction = await db.Database.BeginTransactionAsync(ct);
        await db.Database.ExecuteSqlAsync($"select pg_advisory_xact_lock(hashtext('modelhub.traffic_partitions'))", ct);
        for (var i = -1; i <= 2; i++)
            foreach (var table in Tables)
                await db.Database.ExecuteSqlRawAsync(Create(table, now.UtcDateTime.Date.AddDays(i)), ct);
        await transaction.CommitAsync(ct);
    }

    /// <returns>how many days were dropped</returns>
    public static async Task<int> DropOldAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var oldest = (now - Kept).UtcDateTime.Date.ToString(Day, CultureInfo.InvariantCulture);
        var names = await db.Database.SqlQuery<string>(
            $"""
            select c.relname as "Value" from pg_inherits i join pg_class c on c.oid = i.inhrelid join pg_class p on p.oid = i.inhparent
            where p.relname in ('traffic_windows', 'router_windows') and right(c.relname, 8) < {oldest}
            """).ToListAsync(ct);
        foreach (var name in names.Where(name => Tables.Any(table => name.StartsWith(table, StringComparison.Ordinal)) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_')))
            await db.Database.ExecuteSqlRawAsync(Drop(name), ct);
        return names.Count;
    }

    private static string Drop(string table) => $"drop table if exists {table}";

    private static string Create(string table, DateTime day) => string.Create(CultureInfo.InvariantCulture,
        $"create table if not exists {table}_{day:yyyyMMdd} partition of {table} for values from ('{day:yyyy-MM-dd}T00:00:00Z') to ('{day.AddDays(1):yyyy-MM-dd}T00:00:00Z')");
}
