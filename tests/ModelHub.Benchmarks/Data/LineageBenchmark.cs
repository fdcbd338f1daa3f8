using System.Diagnostics;
using ModelHub.Cli.Postgres;
using ModelHub.Database;
using ModelHub.Domain.Data;
using ModelHub.Migrations;
using Npgsql;

namespace ModelHub.Benchmarks.Data;

/// <summary>
/// Lineage over more than a million edges: 200,000 versions of 2,000 models, each made from five of 20,000 data versions and most
/// from a parent, so that some are ninety-nine steps from their first; one data version is used by 50,000 of them; 2,000 are live.
/// </summary>
internal static class LineageBenchmark
{
    private const int Samples = 300;

    // A question that takes long is asked less often: p99 is then the slowest but few.
    private static readonly TimeSpan Most = TimeSpan.FromSeconds(20);

    private const string Fill =
        """
        create function pg_temp.id(kind int, n bigint) returns uuid language sql immutable
            return (lpad(to_hex(kind), 8, '0') || '-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid;
        insert into models (id, name, namespace, last_version_number, created_by, created_at, updated_at, revision)
            select pg_temp.id(1, n), 'bench.m-' || n, 'bench', 100, 'user:bench', now(), now(), 1 from generate_series(1, 2000) n;
        insert into versions (id, model_id, number, state, format, digest, size, files, metrics, parameters, parent_id, created_by, created_at, updated_at, revision)
            select pg_temp.id(2, n), pg_temp.id(1, (n - 1) / 100 + 1), (n - 1) % 100 + 1, 'Ready', 'onnx', 'sha256:' || encode(sha256(n::text::bytea), 'hex'), 1, '[]', '[]', '[]',
                case when (n - 1) % 100 > 0 then pg_temp.id(2, n - 1) end, 'user:bench', now(), now(), 1 from generate_series(1, 200000) n;
        insert into datasets (id, name, namespace, last_version_number, created_by, created_at, updated_at, revision)
            select pg_temp.id(3, n), 'bench.d-' || n, 'bench', 10, 'user:bench', now(), now(), 1 from generate_series(0, 2000) n;
        insert into data_versions (id, dataset_id, number, digest, files, schema, state, created_by, created_at, updated_at, revision)
            select pg_temp.id(4, n), pg_temp.id(3, n / 10), n % 10 + 1, 'sha256:' || encode(sha256(n::text::bytea), 'hex'), '[]', '[]', 'Ready', 'user:bench', now(), now(), 1 from generate_series(0, 20000) n;
        insert into version_data_versions (version_id, data_version_id)
            select pg_temp.id(2, n), pg_temp.id(4, 1 + (n * 7919 + i * 104729) % 20000) from generate_series(1, 200000) n, generate_series(1, 5) i on conflict do nothing;
        insert into version_data_versions (version_id, data_version_id)
            select pg_temp.id(2, n * 4), pg_temp.id(4, 0) from generate_series(1, 50000) n;
        insert into endpoints (id, model_id, environment_id, created_at, updated_at, revision)
            select pg_temp.id(5, n), pg_temp.id(1, n), (select id from environments order by rank limit 1), now(), now(), 1 from generate_series(1, 2000) n;
        insert into variants (id, endpoint_id, version_id, role, weight, replicas, valid_from)
            select pg_temp.id(6, n), pg_temp.id(5, n), pg_temp.id(2, n * 100), 'Primary', 100, 1, now() from generate_series(1, 2000) n;
        analyze;
        """;

    private const string Edges = "select (select count(*) from version_data_versions) + (select count(*) from versions where parent_id is not null) + (select count(*) from variants)";

    public static async Task RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using (var postgres = await EmbeddedPostgres.StartAsync(folder.FullName, ct: ct))
        {
            await ApplyMigrations.RunAsync(postgres.ConnectionString, ct);
            var edges = await FillAsync(postgres.ConnectionString, ct);
            await MeasureAsync(postgres.ConnectionString, edges, ct);
        }
        folder.Delete(recursive: true);
    }

    private static async Task<long> FillAsync(string database, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var fill = source.CreateCommand(Fill);
        fill.CommandTimeout = 300;
        await fill.ExecuteNonQueryAsync(ct);
        await using var count = source.CreateCommand(Edges);
        return (long)(await count.ExecuteScalarAsync(ct))!;
    }

    private static async Task MeasureAsync(string database, long edges, CancellationToken ct)
    {
        await using var db = ApplyMigrations.Open(database);
        var table = new Table($"Lineage over {edges:N0} edges, one caller", "question", "asked", "p50 ms", "p99 ms", "things found, mean");
        foreach (var (name, kind, direction, depth) in Walks())
            await AddAsync(table, name, n => WalkAsync(db, kind, Id(kind, n), direction, depth, ct));
        await AddAsync(table, "live versions of a data version", n => LiveAsync(db, (int)(1 + n * 61 % 20_000), ct));
        await AddAsync(table, "live versions of the data version that 50,000 versions use", _ => LiveAsync(db, 0, ct));
        await AddAsync(table, "what was made from that data version, directly", _ => WalkAsync(db, LineageKind.DataVersion, Of(4, 0), LineageDirection.Down, 1, ct));
        table.Print();
    }

    private static IEnumerable<(string Name, LineageKind Kind, LineageDirection Direction, int Depth)> Walks()
    {
        yield return ("what was made from a data version, directly", LineageKind.DataVersion, LineageDirection.Down, 1);
        yield return ("what was made from a data version, all of it", LineageKind.DataVersion, LineageDirection.Down, LineageWalk.MostDepth);
        yield return ("what a version was made from, directly", LineageKind.Version, LineageDirection.Up, 1);
        yield return ("what a version was made from, all of it", LineageKind.Version, LineageDirection.Up, LineageWalk.MostDepth);
    }

    private static async Task AddAsync(Table table, string name, Func<long, Task<int>> ask)
    {
        var (took, found, clock) = (new List<double>(), 0L, Stopwatch.StartNew());
        for (var n = 0; n < 20 && clock.Elapsed < Most / 4; n++)
            await ask(n);
        for (clock.Restart(); took.Count < Samples && clock.Elapsed < Most;)
        {
            var started = Stopwatch.GetTimestamp();
            found += await ask(took.Count);
            took.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        var asked = took.Count;
        took.Sort();
        Console.Error.WriteLine($"{name}: {asked} asked");
        table.Add(name, $"{asked}", $"{took[asked / 2]:0.00}", $"{took[asked * 99 / 100]:0.00}", $"{(double)found / asked:0.0}");
    }

    private static async Task<int> WalkAsync(ModelHubDb db, LineageKind kind, Guid id, LineageDirection direction, int depth, CancellationToken ct) =>
        (await db.WalkLineageAsync(kind, id, direction, depth, LineageWalk.MostThings, ct)).Things.Count;

    private static async Task<int> LiveAsync(ModelHubDb db, int data, CancellationToken ct) =>
        (await db.LiveVersionsUsingAsync([DataVersionId.From(Of(4, data))], ct)).Sum(versions => versions.Count());

    private static Guid Id(LineageKind kind, long n) => kind == LineageKind.DataVersion ? Of(4, 1 + n * 61 % 20_000) : Of(2, 1 + n * 619 % 200_000);

    private static Guid Of(int kind, long n) => Guid.Parse($"{kind:x8}-0000-7000-8000-{n:x12}");
}
