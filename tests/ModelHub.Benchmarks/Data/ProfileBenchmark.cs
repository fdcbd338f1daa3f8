using System.Diagnostics;
using System.Globalization;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Benchmarks.Data;

/// <summary>
/// The profile of a Parquet file of ten million rows and twenty columns, next to DuckDB's own SUMMARIZE and one plain query for
/// counts, extremes and means, by the same library with the same memory and threads. The profile has more: exact histograms, seven quantiles and the
/// most frequent values.
/// </summary>
internal static class ProfileBenchmark
{
    private const long Rows = 10_000_000;
    private const int Columns = 20;

    private const string Table =
        """
        SELECT i AS id, (i * 7919) % 1000000 AS customer, (random() * 80 + 18)::INTEGER AS age, random() * 100000 AS income, random() * 1000 AS amount,
            exp(random() * 10) AS balance, CASE WHEN random() < 0.1 THEN NULL ELSE random() END AS score1, random() AS score2, sqrt(random()) AS score3,
            ln(random() + 1e-9) AS score4, random() * random() AS score5, (random() * 5)::TINYINT AS rating, (random() * 2)::INTEGER AS flag,
            random()::FLOAT AS ratio, (random() * 1000)::DECIMAL(10, 2) AS price, ['car', 'house', 'education', 'travel', 'other'][1 + (random() * 4)::INTEGER] AS purpose,
            'region-' || (random() * 50)::INTEGER AS region, 'customer-' || ((i * 31) % 3000000) AS name, DATE '2020-01-01' + (random() * 1500)::INTEGER AS opened,
            random() < 0.3 AS defaulted
        FROM range(10000000) AS rows(i)
        """;

    public static Task RunAsync(CancellationToken ct)
    {
        DuckDbLibrary.Use(null);
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        try
        {
            var path = Path.Combine(folder.FullName, "rows.parquet");
            using (var session = new DuckDbSession([path], folder.FullName))
                session.Execute($"COPY ({Table}) TO {DuckDbSession.Quote(path)} (FORMAT parquet)");
            Measure(path, folder.FullName, ct);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return Task.CompletedTask;
    }

    private static void Measure(string path, string scratch, CancellationToken ct)
    {
        var source = $"read_parquet({DuckDbSession.Quote(path)})";
        var means = string.Join(", ", "id customer age income amount balance score1 score2 score3 score4 score5 rating flag ratio price".Split(' ')
            .Select(column => $"count({column}), min({column}), max({column}), avg({column})"));
        // The file is read once before, so that each finds it in the system's cache.
        Statement(path, scratch, $"SELECT count(*), {means} FROM {source}");
        var table = new Table($"Profile of {Rows:N0} rows in {Columns} columns, {new FileInfo(path).Length / 1_000_000} MB of Parquet", "what", "seconds", "peak MB of the process");
        var plain = Add(table, "plain query: count, least, greatest, mean", () => Statement(path, scratch, $"SELECT count(*), {means} FROM {source}"));
        var summarize = Add(table, "DuckDB's SUMMARIZE", () => Statement(path, scratch, $"SUMMARIZE SELECT * FROM {source}"));
        var profile = Add(table, "profile", () =>
        {
            var measured = ProfileFiles.Run([("rows.parquet", path)], scratch, [], (_, _) => { }, ct, sampleRows: 100);
            if (measured.Profile.RowCount != Rows || measured.Schema.Count != Columns)
                throw new InvalidOperationException($"{measured.Profile.RowCount} rows and {measured.Schema.Count} columns were profiled.");
        });
        table.Print();
        var goals = new Goals("Profile");
        goals.AtMost("profile over SUMMARIZE, time", profile.Seconds / summarize.Seconds, 1.3);
        goals.AtMost("profile, peak memory in GB", profile.Peak / 1e9, 1.5);
        goals.Print();
        Console.WriteLine($"profile over plain query: {profile.Seconds / plain.Seconds:0.0}");
        Console.WriteLine($"profile over SUMMARIZE: {profile.Seconds / summarize.Seconds:0.00}");
    }

    private static (double Seconds, long Peak) Add(Table table, string what, Action run)
    {
        // Lets the kernel forget the peak so far.
        File.WriteAllText("/proc/self/clear_refs", "5");
        var started = Stopwatch.GetTimestamp();
        run();
        var (seconds, peak) = (Stopwatch.GetElapsedTime(started).TotalSeconds, Peak());
        table.Add(what, $"{seconds:0.0}", $"{peak / 1_000_000}");
        return (seconds, peak);
    }

    private static void Statement(string path, string scratch, string sql)
    {
        using var session = new DuckDbSession([path], scratch);
        session.Execute(sql);
    }

    private static long Peak()
    {
        var line = File.ReadLines("/proc/self/status").Single(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)[^2], CultureInfo.InvariantCulture) * 1024;
    }
}
