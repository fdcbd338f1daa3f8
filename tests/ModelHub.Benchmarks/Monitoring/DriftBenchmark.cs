using System.Globalization;
using System.Text.Json;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Benchmarks.Monitoring;

/// <summary>How many rows of real drifted data, in random order, it takes until an alarm, and that data without drift raise none; read from ../shared/data/drift.</summary>
internal static class DriftBenchmark
{
    private const int Step = 10;
    private static readonly string[] Sets = ["elec2", "bike_sharing", "taxis_by_area"];
    private static readonly MonitoringPolicy Policy = MonitoringPolicy.Default with { MinimumSamples = 50 };

    public static Task RunAsync(CancellationToken ct)
    {
        if (Folder() is not { } folder)
        {
            Console.WriteLine("The folder ../shared/data/drift is not on this machine.");
            return Task.CompletedTask;
        }
        var table = new Table($"Rows from the first of a window to the first alarm, looked at every {Step} rows from {Policy.MinimumSamples} on, level {Policy.Level}", "window", "rows", "rows to the alarm", "column");
        foreach (var set in Sets)
            foreach (var file in Directory.GetFiles(Path.Combine(folder, set), "window_*.csv").Order(StringComparer.Ordinal))
            {
                ct.ThrowIfCancellationRequested();
                var (rows, at, column) = Delay(Path.Combine(folder, set), file);
                table.Add($"{set} {Path.GetFileNameWithoutExtension(file)}", $"{rows}", at?.ToString(CultureInfo.InvariantCulture) ?? "none", column ?? "");
            }
        table.Print();
        return Task.CompletedTask;
    }

    private static (int Rows, int? At, string? Column) Delay(string folder, string file)
    {
        var features = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "expected.json"))).RootElement.GetProperty("features").EnumerateArray().Select(f => f.GetString()!).ToList();
        var (reference, window) = (Read(Path.Combine(folder, "reference.csv"), features), Read(file, features));
        var training = new Baseline([], [.. features.Select(name => Of(name, reference[name]))], false);
        var rows = window.Values.First().Count;
        for (var n = Policy.MinimumSamples; n <= rows; n += Step)
            if (Breach(training, window, n) is { } column)
                return (rows, n, column);
        return (rows, null, null);
    }

    private static string? Breach(Baseline training, Dictionary<string, List<string>> window, int n)
    {
        var columns = training.Columns.Select(column => Counted(column, window[column.Name].Take(n))).ToList();
        var sketch = new TrafficSketch(training.Fingerprint, n, 0, n, 0, columns, [], ConfidenceCounts.None);
        var now = DateTimeOffset.UnixEpoch;
        var facts = new WindowFacts(default, default, default, now, now.AddMinutes(5), Policy, training, null, null, sketch, TrafficSum.None);
        return JudgeWindow.Of(facts).Where(v => v is { Breached: true, Measure: Measures.DriftPsi }).MaxBy(v => v.Value)?.Column;
    }

    private static ColumnBaseline Of(string name, List<string> values)
    {
        var known = values.Where(v => v.Length > 0).ToList();
        if (!known.TrueForAll(v => double.TryParse(v, CultureInfo.InvariantCulture, out _)))
        {
            var groups = known.GroupBy(v => v, StringComparer.Ordinal).OrderBy(g => g.Key, StringComparer.Ordinal).ToList();
            return new(name, null, [.. groups.Select(g => g.Key)], true, [.. groups.Select(g => (long)g.Count()), 0], values.Count - known.Count);
        }
        double[] sorted = [.. known.Select(v => double.Parse(v, CultureInfo.InvariantCulture)).Order()];
        var bins = NumberBins.Of(sorted[0], sorted[^1], Enumerable.Range(1, 9).Select(i => sorted[(int)(i / 10.0 * (sorted.Length - 1))]));
        return new(name, bins, null, false, bins.Count(sorted), values.Count - known.Count);
    }

    private static ColumnCounts Counted(ColumnBaseline column, IEnumerable<string> values)
    {
        var slots = new long[column.Counts.Count];
        foreach (var value in values.Where(v => v.Length > 0))
            slots[SlotOf(column, value)]++;
        return new(column.Name, slots, 0);
    }

    private static int SlotOf(ColumnBaseline column, string value)
    {
        if (column.Numbers is { } bins)
            return bins.SlotOf(double.Parse(value, CultureInfo.InvariantCulture));
        var known = column.Values!.ToList().IndexOf(value);
        return known < 0 ? column.Counts.Count - 1 : known;
    }

    private static Dictionary<string, List<string>> Read(string path, IReadOnlyList<string> columns)
    {
        var lines = File.ReadAllLines(path);
        var header = lines[0].Split(',').ToList();
        // As callers come, and not as the clock goes: the first hours of a quarter are no sample of it, in whichever window.
        var rows = lines.Skip(1).Select(line => line.Split(',')).ToArray();
        new Random(1).Shuffle(rows);
        return columns.ToDictionary(name => name, name => rows.Select(row => row[header.IndexOf(name)]).ToList());
    }

    private static string? Folder()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (Path.Combine(at.FullName, "shared", "data", "drift") is var folder && Directory.Exists(folder))
                return folder;
        return null;
    }
}
