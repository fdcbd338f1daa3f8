using System.Globalization;
using System.Text;
using ModelHub.Node.Caching;
using ModelHub.Node.Control;

namespace ModelHub.Node.Serving;

/// <summary>Counters in the text form Prometheus reads.</summary>
internal sealed class Metrics(LoadedModels models, Holdings holdings, AnswerCache cache, StayLinked link)
{
    public async Task WriteAsync(HttpContext context)
    {
        var text = new StringBuilder("# TYPE modelhub_node_requests_total counter\n");
        foreach (var version in models.All)
            foreach (var (outcome, count) in version.Counts.Read())
                text.Append(CultureInfo.InvariantCulture, $"modelhub_node_requests_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",outcome=\"{outcome}\"}} {count}\n");
        text.Append("# TYPE modelhub_node_requests_in_flight gauge\n");
        foreach (var version in models.All)
            text.Append(CultureInfo.InvariantCulture, $"modelhub_node_requests_in_flight{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\"}} {version.InFlight}\n");
        Cache(text);
        OutOfRange(text);
        text.Append(CultureInfo.InvariantCulture, $"# TYPE modelhub_node_model_bytes gauge\nmodelhub_node_model_bytes {holdings.MemoryUsed}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE modelhub_node_control_up gauge\nmodelhub_node_control_up {(link.IsUp ? 1 : 0)}\n");
        context.Response.ContentType = "text/plain; version=0.0.4";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }

    private void Cache(StringBuilder text)
    {
        text.Append("# TYPE modelhub_node_cache_lookups_total counter\n");
        foreach (var version in models.All.Where(v => v.Statistics.CacheHits.Count + v.Statistics.CacheMisses.Count > 0))
            foreach (var (outcome, total) in new[] { ("hit", version.Statistics.CacheHits), ("miss", version.Statistics.CacheMisses) })
                text.Append(CultureInfo.InvariantCulture, $"modelhub_node_cache_lookups_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",outcome=\"{outcome}\"}} {total.Count}\n");
        text.Append(CultureInfo.InvariantCulture, $"# TYPE modelhub_node_cache_bytes gauge\nmodelhub_node_cache_bytes {cache.Bytes}\n");
    }

    private void OutOfRange(StringBuilder text)
    {
        text.Append("# TYPE modelhub_node_out_of_range_total counter\n");
        foreach (var version in models.All)
            foreach (var (field, count) in (version.Fields?.Outside ?? []).Where(o => o.Count > 0))
                text.Append(CultureInfo.InvariantCulture, $"modelhub_node_out_of_range_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",field=\"{Label(field)}\"}} {count}\n");
    }

    // As the text format wants label values.
    private static string Label(string value) => value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);
}
