using System.Collections.Concurrent;
using System.Globalization;
using System.Text;
using ModelHub.Hosting;

namespace ModelHub.Worker.Metrics;

/// <summary>Counts of this process, in the Prometheus text format 0.0.4. Labels come from closed lists, so their number is bounded.</summary>
internal sealed class WorkerMeter
{
    private readonly ConcurrentDictionary<(string Kind, string Outcome), long> operations = new();
    private readonly ConcurrentDictionary<string, double> seconds = new();
    private readonly ConcurrentDictionary<string, DurationHistogram> durations = new();
    private long running;

    public void Began() => Interlocked.Increment(ref running);

    public void Ended(string kind, string outcome, TimeSpan took)
    {
        Interlocked.Decrement(ref running);
        operations.AddOrUpdate((kind, outcome), 1, (_, count) => count + 1);
        durations.GetOrAdd(kind, _ => new([0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 900, 3600, 10800])).Add(took);
        seconds.AddOrUpdate(kind, took.TotalSeconds, (_, sum) => sum + took.TotalSeconds);
    }

    public string Text()
    {
        var text = new StringBuilder();
        Head(text, "modelhub_worker_operations_running", "gauge", "Attempts running in this worker.");
        text.Append(CultureInfo.InvariantCulture, $"modelhub_worker_operations_running {Interlocked.Read(ref running)}\n");
        Head(text, "modelhub_worker_operations_total", "counter", "Attempts that ended in this worker, by kind and outcome.");
        foreach (var ((kind, outcome), count) in operations.OrderBy(o => o.Key))
            text.Append(CultureInfo.InvariantCulture, $"modelhub_worker_operations_total{{kind=\"{kind}\",outcome=\"{outcome}\"}} {count}\n");
        Head(text, "modelhub_worker_operation_seconds_total", "counter", "Seconds that attempts took, by kind.");
        foreach (var (kind, sum) in seconds.OrderBy(s => s.Key, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"modelhub_worker_operation_seconds_total{{kind=\"{kind}\"}} {sum:R}\n");
        Head(text, "modelhub_worker_operation_duration_seconds", "histogram", "How long attempts took, by kind.");
        foreach (var (kind, histogram) in durations.OrderBy(d => d.Key, StringComparer.Ordinal))
            histogram.Write(text, "modelhub_worker_operation_duration_seconds", $"kind=\"{kind}\"");
        return text.ToString();
    }

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
}
