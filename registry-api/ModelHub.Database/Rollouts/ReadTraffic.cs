using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Rollouts;
using Npgsql;

namespace ModelHub.Database.Rollouts;

/// <summary>How whole the windows of one router are.</summary>
/// <param name="From">Begin of the windows since which none is missing; the asked moment when none is.</param>
/// <param name="Until">End of the last one.</param>
/// <param name="AheadSeconds">By how much its clock is ahead of the database's, when that is too much; else null.</param>
public sealed record RouterCoverage(Guid Router, DateTimeOffset From, DateTimeOffset Until, double? AheadSeconds);

/// <summary>One window of one variant, of one router.</summary>
public sealed record SeenWindow(Guid Router, Guid Variant, DateTimeOffset Start, DateTimeOffset End, TrafficSum Sum);

/// <summary>Reads what routers told since a moment.</summary>
public static class ReadTraffic
{
    /// <summary>Windows follow one another; what lies between two of them beyond this is a lost one, in seconds.</summary>
    private const double Joint = 0.25;

    private const string CoverageSql =
        """
        with told as (
          select router_id, start, start + make_interval(secs => seconds) as ended, ahead_seconds,
                 lag(start + make_interval(secs => seconds)) over (partition by router_id order by start) as before
          from router_windows where start > @since - interval '5 seconds')
        select router_id,
               greatest(@since, max(case when ahead_seconds not between -@behind and @most then ended
                                         when before is null and start > @since then start
                                         when start - before > make_interval(secs => @joint) then start end)),
               max(ended),
               (array_agg(ahead_seconds order by start desc))[1]
        from told where ended > @since group by router_id
        """;

    private const string WindowsSql =
        """
        select router_id, variant_id, start, start + make_interval(secs => seconds), requests, overloaded + unavailable + timed_out + failed, latency
        from traffic_windows where variant_id = any(@variants) and start >= @begin and start < @before and start + make_interval(secs => seconds) > @since
        """;

    /// <summary>Of every router that told anything after that moment.</summary>
    public static async Task<IReadOnlyList<RouterCoverage>> CoverageAsync(ModelHubDb db, DateTimeOffset since, CancellationToken ct)
    {
        await using var command = await CommandAsync(db, CoverageSql, since, ct);
        command.Parameters.AddWithValue("behind", WriteTraffic.MostBehind);
        command.Parameters.AddWithValue("most", WriteTraffic.MostAhead);
        command.Parameters.AddWithValue("joint", Joint);
        var found = new List<RouterCoverage>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
        {
            var ahead = reader.GetDouble(3);
            found.Add(new(reader.GetGuid(0), At(reader, 1), At(reader, 2), ahead is >= -WriteTraffic.MostBehind and <= WriteTraffic.MostAhead ? null : ahead));
        }
        return found;
    }

    /// <summary>The windows of these variants that ended after <paramref name="since"/> and began between the other two.</summary>
    public static async Task<IReadOnlyList<SeenWindow>> WindowsAsync(
        ModelHubDb db, IReadOnlyCollection<Guid> variants, DateTimeOffset since, DateTimeOffset begin, DateTimeOffset before, CancellationToken ct)
    {
        await using var command = await CommandAsync(db, WindowsSql, since, ct);
        command.Parameters.AddWithValue("variants", variants.ToArray());
        command.Parameters.AddWithValue("begin", begin.UtcDateTime);
        command.Parameters.AddWithValue("before", before.UtcDateTime);
        var found = new List<SeenWindow>();
        await using var reader = await command.ExecuteReaderAsync(ct);
        while (await reader.ReadAsync(ct))
            found.Add(new(reader.GetGuid(0), reader.GetGuid(1), At(reader, 2), At(reader, 3),
                new TrafficSum(reader.GetInt64(4), reader.GetInt64(5), LatencyCounts.FromBytes(reader.GetFieldValue<byte[]>(6)))));
        return found;
    }

    private static async Task<NpgsqlCommand> CommandAsync(ModelHubDb db, string sql, DateTimeOffset since, CancellationToken ct)
    {
        await db.Database.OpenConnectionAsync(ct);
        var command = new NpgsqlCommand(sql, (NpgsqlConnection)db.Database.GetDbConnection());
        command.Parameters.AddWithValue("since", since.UtcDateTime);
        return command;
    }

    private static DateTimeOffset At(NpgsqlDataReader reader, int column) => new(reader.GetDateTime(column), TimeSpan.Zero);
}
