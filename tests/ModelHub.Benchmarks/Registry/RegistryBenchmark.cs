using System.Text.Json.Nodes;
using ModelHub.Cli.Postgres;
using ModelHub.EndToEnd.Support;
using Npgsql;

namespace ModelHub.Benchmarks.Registry;

/// <summary>Registry reads and writes per second over GraphQL, against 1,000 models with 100 versions each.</summary>
internal static class RegistryBenchmark
{
    private const int Models = 1_000;
    private const int VersionsEach = 100;
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(6);
    private static readonly int[] Callers = [1, 8];

    public static async Task RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using (var postgres = await EmbeddedPostgres.StartAsync(folder.FullName, ct: ct))
        await using (var stack = await Stack.StartAsync(ct, postgres.ConnectionString))
        {
            var seed = await stack.ModelWithVersionAsync("seed", 2, ct);
            await FillAsync(postgres.ConnectionString, seed, ct);
            await MeasureAsync(stack, seed, ct);
        }
        folder.Delete(recursive: true);
    }

    // Copies of one really registered model and version, made in SQL: the rows are as the API writes them.
    private static async Task FillAsync(string database, string seed, CancellationToken ct)
    {
        await using var source = NpgsqlDataSource.Create(database);
        await using var command = source.CreateCommand(
            """
            WITH seed AS (SELECT m.id AS model, v.id AS version FROM models m JOIN versions v ON v.model_id = m.id WHERE m.name = $1),
            copied AS (
                INSERT INTO models SELECT (jsonb_populate_record(m, jsonb_build_object('id', gen_random_uuid(), 'name', 'bench.model-' || n, 'namespace', 'bench', 'last_version_number', $3))).*
                FROM seed JOIN models m ON m.id = seed.model CROSS JOIN generate_series(1, $2) n RETURNING id)
            INSERT INTO versions SELECT (jsonb_populate_record(v, jsonb_build_object('id', gen_random_uuid(), 'model_id', c.id, 'number', n))).*
            FROM copied c CROSS JOIN generate_series(1, $3) n CROSS JOIN seed JOIN versions v ON v.id = seed.version
            """);
        command.CommandTimeout = 300;
        foreach (object value in (object[])[seed, Models, VersionsEach])
            command.Parameters.Add(new() { Value = value });
        var rows = await command.ExecuteNonQueryAsync(ct);
        if (rows != Models * VersionsEach)
            throw new UnexpectedAnswerException($"{rows} versions written, wanted {Models * VersionsEach}");
        await using var analyze = source.CreateCommand("ANALYZE");
        await analyze.ExecuteNonQueryAsync(ct);
    }

    private static async Task MeasureAsync(Stack stack, string seed, CancellationToken ct)
    {
        var table = new Table($"Registry over GraphQL, {Models * VersionsEach:N0} versions; load generator on the same machine", "operation", "callers", "per second", "p50 ms", "p99 ms", "failed");
        foreach (var (name, operation) in Operations(stack, seed))
            foreach (var callers in Callers)
            {
                var seen = await Load.RunAsync(callers, Time, operation, ct);
                table.Add(name, $"{callers}", $"{seen.PerSecond:0}", $"{seen.P50:0.00}", $"{seen.P99:0.00}", $"{seen.Failed}");
            }
        table.Print();
    }

    private static IEnumerable<(string Name, Func<int, CancellationToken, Task<bool>> Operation)> Operations(Stack stack, string seed)
    {
        yield return ("one version by model and number", (count, ct) => HoldsAsync(stack,
            "query($m: String!, $v: Int!) { version(model: $m, version: $v) { state digest metrics { name value } } }", new { m = Name(count), v = (count % VersionsEach) + 1 }, ct));
        yield return ("page of 20 models with latest version", (_, ct) => HoldsAsync(stack,
            "{ models(first: 20) { nodes { name latestVersion { number state } } } }", null, ct));
        yield return ("page of 50 versions of a model", (count, ct) => HoldsAsync(stack,
            "query($m: String!) { model(name: $m) { versions(first: 50) { nodes { number state digest } } } }", new { m = Name(count) }, ct));
        yield return ("create a model", (count, ct) => HoldsAsync(stack,
            "mutation($n: String!) { createModel(input: { name: $n }) { model { id } errors { __typename } } }", new { n = $"bench.new-{count}-{Guid.NewGuid():N}" }, ct));
        yield return ("post a check on a version", (count, ct) => HoldsAsync(stack,
            "mutation($m: String!, $n: String!) { postCheck(input: { model: $m, version: 1, name: $n, state: PASS }) { check { name } errors { __typename } } }", new { m = seed, n = $"check-{count % 50}" }, ct));
    }

    private static string Name(int count) => $"bench.model-{(count % Models) + 1}";

    private static async Task<bool> HoldsAsync(Stack stack, string document, object? variables, CancellationToken ct)
    {
        var answer = await stack.Admin.SendAsync(document, variables, ct);
        return answer["errors"] is null && answer["data"]!.AsObject().All(field => field.Value is JsonObject value && value["errors"] is null or JsonArray { Count: 0 });
    }
}
