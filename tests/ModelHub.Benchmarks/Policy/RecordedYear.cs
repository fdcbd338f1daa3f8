using ModelHub.EndToEnd.Support;
using Npgsql;

namespace ModelHub.Benchmarks.Policy;

/// <summary>A year of promotions: copies of one that was really judged, with other measurements, made in SQL as the worker writes them.</summary>
internal static class RecordedYear
{
    public const int Promotions = 20_000;
    public const int GatesEach = 10;

    private const string Copies =
        """
        create temporary table copies as
        select gen_random_uuid() as id, p.id as original, now() - random() * interval '365 days' as at, 0.6 + random() * 0.3 as auc
        from (select id from promotions order by requested_at desc limit 1) p cross join generate_series(1, $1)
        """;

    private const string Promotion =
        """
        insert into promotions
        select (jsonb_populate_record(p, jsonb_build_object('id', c.id, 'requested_at', c.at, 'updated_at', c.at))).*
        from copies c join promotions p on p.id = c.original
        """;

    private const string Evidence =
        """
        insert into gate_evidence
        select (jsonb_populate_record(e, jsonb_build_object(
            'id', gen_random_uuid(), 'promotion_id', c.id, 'evaluated_at', c.at, 'expires_at', c.at + interval '1 day',
            'verdict', case when e.gate = 'metric-limit:auc' and c.auc < 0.7 then 'Fail' else e.verdict end,
            'inputs', case when e.gate in ('metric:auc', 'metric-limit:auc') then jsonb_set(e.inputs, '{candidate}', to_jsonb(c.auc)) else e.inputs end))).*
        from copies c join gate_evidence e on e.promotion_id = c.original
        """;

    private const string Rounds =
        """
        insert into gate_rounds
        select (jsonb_populate_record(r, jsonb_build_object(
            'id', gen_random_uuid(), 'promotion_id', c.id, 'evaluated_at', c.at,
            'facts', jsonb_set(r.facts, '{candidateMetrics}', jsonb_build_array(
                jsonb_build_object('name', 'auc', 'value', c.auc), jsonb_build_object('name', 'loss', 'value', 0.4)))))).*
        from copies c join gate_rounds r on r.promotion_id = c.original
        """;

    public static async Task FillAsync(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        await RunAsync(connection, Copies, ct, Promotions);
        await RunAsync(connection, Promotion, ct);
        var evidence = await RunAsync(connection, Evidence, ct);
        if (evidence != Promotions * GatesEach)
            throw new UnexpectedAnswerException($"{evidence} rows of evidence written, wanted {Promotions * GatesEach}");
        await RunAsync(connection, Rounds, ct);
        await RunAsync(connection, "analyze", ct);
    }

    /// <summary>Leaves only evidence, as it was stored before whole facts were.</summary>
    public static async Task ForgetFactsAsync(string database, CancellationToken ct)
    {
        await using var connection = new NpgsqlConnection(database);
        await connection.OpenAsync(ct);
        await RunAsync(connection, "truncate gate_rounds", ct);
    }

    private static async Task<int> RunAsync(NpgsqlConnection connection, string sql, CancellationToken ct, params object[] values)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 300 };
        foreach (var value in values)
            command.Parameters.Add(new() { Value = value });
        return await command.ExecuteNonQueryAsync(ct);
    }
}
