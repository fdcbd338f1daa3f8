using System.Globalization;
using System.Text;
using ModelHub.Hosting;
using ModelHub.Node.Caching;
using ModelHub.Node.Control;

namespace ModelHub.Node.Serving;

/// <summary>
/// Counters in the text form Prometheus reads. Labels are bounded: models are those that this node holds, of which the first 500
/// have series of their own; names that callers make up never become one.
/// </summary>
internal sealed class Metrics(LoadedModels models, Holdings holdings, AnswerCache cache, StayLinked link)
{
    private const int MostVersions = 500;
    private const int MostFields = 2_000;

    private IEnumerable<LoadedVersion> Shown => models.All.Take(MostVersions);

    public async Task WriteAsync(HttpContext context)
    {
        var text = new StringBuilder();
        Head(text, "modelhub_node_requests_total", "counter", "Requests by what became of them.");
        foreach (var version in Shown)
            foreach (var (outcome, count) in version.Counts.Read())
                text.Append(CultureInfo.InvariantCulture, $"modelhub_node_requests_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",outcome=\"{outcome}\"}} {count}\n");
        Head(text, "modelhub_node_request_duration_seconds", "histogram", "From a request to its answer, the wait for its turn included.");
        foreach (var version in Shown)
            version.Statistics.Durations.Write(text, "modelhub_node_request_duration_seconds", $"model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\"");
        Head(text, "modelhub_node_requests_in_flight", "gauge", "Requests in work.");
        foreach (var version in Shown)
            text.Append(CultureInfo.InvariantCulture, $"modelhub_node_requests_in_flight{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\"}} {version.InFlight}\n");
        Explanations(text);
        Cache(text);
        OutOfRange(text);
        Head(text, "modelhub_node_model_bytes", "gauge", "Memory of the loaded versions, in bytes.");
        text.Append(CultureInfo.InvariantCulture, $"modelhub_node_model_bytes {holdings.MemoryUsed}\n");
        Head(text, "modelhub_node_control_up", "gauge", "1 while the control stream is up.");
        text.Append(CultureInfo.InvariantCulture, $"modelhub_node_control_up {(link.IsUp ? 1 : 0)}\n");
        text.Append(ProcessText.Write("node"));
        context.Response.ContentType = "text/plain; version=0.0.4";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private void Explanations(StringBuilder text)
    {
        Head(text, "modelhub_node_explanations_total", "counter", "Explanations of predictions by what became of them.");
        foreach (var version in Shown)
            foreach (var (outcome, count) in version.Explanations.Read().Where(o => o.Count > 0))
                text.Append(CultureInfo.InvariantCulture, $"modelhub_node_explanations_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",outcome=\"{outcome}\"}} {count}\n");
    }

    private void Cache(StringBuilder text)
    {
        Head(text, "modelhub_node_cache_lookups_total", "counter", "Looks into the cache of answers.");
        foreach (var version in Shown.Where(v => v.Statistics.CacheHits.Count + v.Statistics.CacheMisses.Count > 0))
            foreach (var (outcome, total) in new[] { ("hit", version.Statistics.CacheHits), ("miss", version.Statistics.CacheMisses) })
                text.Append(CultureInfo.InvariantCulture, $"modelhub_node_cache_lookups_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",outcome=\"{outcome}\"}} {total.Count}\n");
        Head(text, "modelhub_node_cache_bytes", "gauge", "Memory of the cache of answers, in bytes.");
        text.Append(CultureInfo.InvariantCulture, $"modelhub_node_cache_bytes {cache.Bytes}\n");
    }

    private void OutOfRange(StringBuilder text)
    {
        Head(text, "modelhub_node_out_of_range_total", "counter", "Values outside of what training has seen, by field.");
        var outside = from version in Shown
                      from told in version.Fields?.Outside ?? []
                      where told.Count > 0
                      select (version, told.Field, told.Count);
        // Versions may have a thousand fields each: those beyond are counted by the monitors.
        foreach (var (version, field, count) in outside.Take(MostFields))
            text.Append(CultureInfo.InvariantCulture, $"modelhub_node_out_of_range_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",field=\"{Label(field)}\"}} {count}\n");
    }

    // As the text format wants label values.
    private static string Label(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static void Head(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
}
