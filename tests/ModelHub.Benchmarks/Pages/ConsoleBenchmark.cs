using System.Globalization;
using ModelHub.Cli.Postgres;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Pages;

/// <summary>
/// How fast pages of the console open in Chromium, from the first request to content, and to a page that moves by itself; how much of
/// them comes to the browser with nothing cached. A model with a million versions is opened in turn with one that has a thousand, and the
/// monitoring of an endpoint with 200 columns. MODELHUB_BENCH_VERSIONS makes the larger model smaller.
/// </summary>
internal static class ConsoleBenchmark
{
    private const int Few = 1_000;
    private const int Columns = 200;
    private const int Visits = 11;
    private const double MostBytes = 1_500_000;
    private static readonly int Many = int.TryParse(Environment.GetEnvironmentVariable("MODELHUB_BENCH_VERSIONS"), CultureInfo.InvariantCulture, out var wanted) ? wanted : 1_000_000;

    public static async Task RunAsync(CancellationToken ct)
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using (var postgres = await EmbeddedPostgres.StartAsync(folder.FullName, new EmbeddedPostgresOptions { Durable = false }, ct))
        {
            var database = postgres.ConnectionStringTo("console");
            await using var stack = await Stack.StartAsync(ct, database);
            var served = await stack.ServedModelAsync("bench", 1, ct);
            await Seed.RunAsync(database, Path.Combine("Pages", "console.sql"), ct, ("few", Few), ("many", Many), ("columns", Columns));
            await using var chromium = await Chromium.StartAsync(stack, ct);
            await MeasureAsync(chromium, PagesOf(served), ct);
        }
        folder.Delete(recursive: true);
    }

    private static List<OpenedPage> PagesOf(string served) =>
    [
        new("overview", "/", "[data-test=live]"),
        new("models", "/models", "[data-test=model]"),
        new("model of 1,000 versions", "/models/bench.few", "[data-test=version]"),
        new($"model of {Many:N0} versions", "/models/bench.many", "[data-test=version]"),
        new("one version", $"/models/bench.many/versions/{Many / 2}", "h1"),
        new("endpoint", $"/endpoints/staging/{served}", "h1"),
        new($"monitoring, {Columns} columns, an hour", $"/endpoints/staging/{served}/monitoring", "[data-test=drift] .picture[data-drawn=heat]"),
        new($"monitoring, {Columns} columns, a day", $"/endpoints/staging/{served}/monitoring?over=DAY", "[data-test=drift] .picture[data-drawn=heat]"),
    ];

    // The pages take turns, so that all see the same minutes of a shared machine; the first turn only warms up.
    private static async Task MeasureAsync(Chromium chromium, List<OpenedPage> pages, CancellationToken ct)
    {
        foreach (var page in pages)
            page.Bytes = await chromium.WeighAsync(page, ct);
        for (var visit = 0; visit <= Visits; visit++)
            foreach (var page in pages)
            {
                var seen = await chromium.OpenAsync(page, ct);
                if (visit > 0)
                    page.Seen.Add(seen);
            }
        Print(pages);
    }

    private static void Print(List<OpenedPage> pages)
    {
        var table = new Table(
            $"Pages of the console in Chromium, {Visits} visits each in turn; milliseconds from the first request", "page", "first paint p50", "content p50", "live p50", "live max", "KB over the wire, nothing cached");
        foreach (var page in pages)
            table.Add(page.Name, $"{page.P50(s => s.Painted):0}", $"{page.P50(s => s.Content):0}", $"{page.P50(s => s.Live):0}", $"{page.Seen.Max(s => s.Live):0}", $"{page.Bytes / 1000:0}");
        table.Print();
        var goals = new Goals("The console: what counts");
        var (few, many) = (pages[2], pages[3]);
        goals.AtMost($"a model of {Many:N0} versions to one of {Few:N0}, content", many.P50(s => s.Content) / few.P50(s => s.Content), 1.15);
        goals.AtMost($"the same, live", many.P50(s => s.Live) / few.P50(s => s.Live), 1.15);
        goals.AtMost($"{Columns} columns for an hour, drawn and live: seconds", pages[6].P50(s => s.Whole) / 1000, 1);
        goals.AtMost("the heaviest page to 1.5 MB", pages.Max(page => page.Bytes) / MostBytes, 1);
        goals.Print();
    }
}
