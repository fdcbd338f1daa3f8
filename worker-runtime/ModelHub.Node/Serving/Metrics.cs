using System.Text;
using ModelHub.Node.Control;

namespace ModelHub.Node.Serving;

/// <summary>Counters in the text form Prometheus reads.</summary>
internal sealed class Metrics(LoadedModels models, Holdings holdings, StayLinked link)
{
    public async Task WriteAsync(HttpContext context)
    {
        var text = new StringBuilder("# TYPE modelhub_node_requests_total counter\n");
        foreach (var version in models.All)
            foreach (var (outcome, count) in version.Counts.Read())
                text.Append(System.Globalization.CultureInfo.InvariantCulture, $"modelhub_node_requests_total{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\",outcome=\"{outcome}\"}} {count}\n");
        text.Append("# TYPE modelhub_node_requests_in_flight gauge\n");
        foreach (var version in models.All)
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"modelhub_node_requests_in_flight{{model=\"{version.Assignment.Model}\",version=\"{version.Assignment.Version}\"}} {version.InFlight}\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"# TYPE modelhub_node_model_bytes gauge\nmodelhub_node_model_bytes {holdings.MemoryUsed}\n");
        text.Append(System.Globalization.CultureInfo.InvariantCulture, $"# TYPE modelhub_node_control_up gauge\nmodelhub_node_control_up {(link.IsUp ? 1 : 0)}\n");
        context.Response.ContentType = "text/plain; version=0.0.4";
        await context.Response.WriteAsync(text.ToString(), context.RequestAborted);
    }
}
