using Microsoft.EntityFrameworkCore;
using Npgsql;
using NpgsqlTypes;

namespace ModelHub.Database.Rollouts;

/// <summary>
/// Stores windows of traffic, many at once and each once. A window whose end does not fit the database's clock says nothing
/// reliable of when it was: that its router told something is noted with how far it is off, and its counts are left out.
/// One that waited for long, because the API or the database was away, is stored and proves nothing: nobody judged what was tried out meanwhile, so the
/// gap before it stays one.
/// </summary>
public static class WriteTraffic
{
    /// <summary>How far a router's clock may run behind or ahead of the database's, in seconds; the way of a window counts as behind.</summary>
    public const double MostBehind = 3;
    public const double MostAhead = 1;

    /// <summary>A window that waited longer fills no gap, in seconds.</summary>
    public const double MostWaited = 15;

    private const string Sql =
        """
        with told as materialized (
          select n, router, start, seconds, age,
                 extract(epoch from start + make_interval(secs => seconds) - (clock_timestamp() - make_interval(secs => age)))::float8 as ahead
          from unnest(@routers, @starts, @seconds, @ages) with ordinality as t (router, start, seconds, age, n)),
        noted as (
          insert into router_windows (router_id, start, seconds, ahead_seconds)
          select router, case when ahead between -@behind and @most then start else clock_timestamp() - make_interval(secs => seconds) end, seconds, ahead from told
          where age <= @waited
          on conflict do nothing),
        stored as (
          insert into traffic_windows (variant_id, router_id, start, seconds, endpoint_id, version_id, requests, refused, overloaded, unavailable, timed_out, failed, dropped, latency)
          select v.variant, t.router, t.start, t.seconds, v.endpoint, v.version, v.requests, v.refused, v.overloaded, v.unavailable, v.timed_out, v.failed, v.dropped, v.latency
          from unnest(@of, @variants, @endpoints, @versions, @requests, @refused, @overloaded, @unavailable, @timedOut, @failed, @dropped, @latency)
            as v (n, variant, endpoint, version, requests, refused, overloaded, unavailable, timed_out, failed, dropped, latency)
          join told t on t.n = v.n and t.ahead between -@behind and @most
          on conflict do nothing)
        select exists (select from promotions where state in ('RollingOut', 'Watching') and endpoint_id = any(@endpoints))
        """;

    /// <returns>whether a promotion is judged by some of them, and its loop should look now</returns>
    public static async Task<bool> RunAsync(ModelHubDb db, IReadOnlyList<ToldWindow> told, CancellationToken ct)
    {
        var rows = told.SelectMany((window, i) => window.Variants.Select(variant => (Of: i + 1L, Row: variant))).ToList();
        await db.Database.OpenConnectionAsync(ct);
        await using var command = new NpgsqlCommand(Sql, (NpgsqlConnection)db.Database.GetDbConnection());
        Add("routers", NpgsqlDbType.Uuid, told.Select(w => w.Router).ToArray());
        Add("starts", NpgsqlDbType.TimestampTz, told.Select(w => w.Start.UtcDateTime).ToArray());
        Add("seconds", NpgsqlDbType.Double, told.Select(w => w.Seconds).ToArray());
        Add("ages", NpgsqlDbType.Double, told.Select(w => w.Age.TotalSeconds).ToArray());
        Add("of", NpgsqlDbType.Bigint, rows.Select(r => r.Of).ToArray());
        Add("variants", NpgsqlDbType.Uuid, rows.Select(r => r.Row.Variant).ToArray());
        Add("endpoints", NpgsqlDbType.Uuid, rows.Select(r => r.Row.Endpoint).ToArray());
        Add("versions", NpgsqlDbType.Uuid, rows.Select(r => r.Row.Version).ToArray());
        Add("requests", NpgsqlDbType.Bigint, rows.Select(r => r.Row.Requests).ToArray());
        Add("refused", NpgsqlDbType.Bigint, rows.Select(r => r.Row.Refused).ToArray());
        Add("overloaded", NpgsqlDbType.Bigint, rows.Select(r => r.Row.Overloaded).ToArray());
        Add("unavailable", NpgsqlDbType.Bigint, rows.Select(r => r.Row.Unavailable).ToArray());
        Add("timedOut", NpgsqlDbType.Bigint, rows.Select(r => r.Row.TimedOut).ToArray());
        Add("failed", NpgsqlDbType.Bigint, rows.Select(r => r.Row.Failed).ToArray());
        Add("dropped", NpgsqlDbType.Bigint, rows.Select(r => r.Row.Dropped).ToArray());
        Add("latency", NpgsqlDbType.Bytea, rows.Select(r => r.Row.Latency.ToBytes()).ToArray());
        command.Parameters.AddWithValue("behind", MostBehind);
        command.Parameters.AddWithValue("most", MostAhead);
        command.Parameters.AddWithValue("waited", MostWaited);
        return (bool)(await command.ExecuteScalarAsync(ct))!;

        void Add<T>(string name, NpgsqlDbType type, T[] values) => command.Parameters.Add(new NpgsqlParameter<T[]>(name, NpgsqlDbType.Array | type) { TypedValue = values });
    }
}
