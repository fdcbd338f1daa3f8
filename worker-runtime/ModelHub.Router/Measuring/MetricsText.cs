using System.Globalization;
using System.Text;
using ModelHub.Hosting;
using ModelHub.Protocol;
using ModelHub.Router.Admitting;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Mirroring;
using ModelHub.Router.Recording;
using ModelHub.Router.Routing;
using ModelHub.Router.Sketching;
using ModelHub.Router.Wire;

namespace ModelHub.Router.Measuring;

/// <summary>
/// The state of this router in the Prometheus text format 0.0.4. Labels are bounded: the first 500 variants of the table have
/// series of their own, the rest is summed up under <c>environment="other"</c>; nodes are counted, not named.
/// </summary>
internal sealed class MetricsText(Current<RoutingTable> current, Targets targets, NodeLinks nodes, Shadows shadows, OpenConnections connections, StayLinked link, Refusals refusals, LedgerTaps taps, TrafficSketches sketches, Losses losses)
{
    private const int MostSeries = 500;
    private static readonly double[] Bounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public string Write()
    {
        var text = new StringBuilder(16 * 1024);
        var variants = Variants();
        Family(text, "modelhub_router_requests_total", "counter", "Requests by what the caller saw; a refused one was the caller's own fault.");
        foreach (var (labels, totals) in variants)
            Outcomes(text, labels, totals);
        Family(text, "modelhub_router_request_duration_seconds", "histogram", "From the end of the request to the answer.");
        foreach (var (labels, totals) in variants)
            Histogram(text, labels, totals.Latency);
        Family(text, "modelhub_router_copies_dropped_total", "counter", "Copies for a shadow that were not sent.");
        foreach (var (labels, totals) in variants.Where(v => v.Totals.Dropped > 0))
            Line(text, "modelhub_router_copies_dropped_total", labels, totals.Dropped);
        Family(text, "modelhub_router_predictions_sampled_total", "counter", "Requests for the ledger, sent and dropped ones.");
        foreach (var (labels, tap) in Taps())
            Line(text, "modelhub_router_predictions_sampled_total", labels, tap.Sampled);
        Family(text, "modelhub_router_predictions_dropped_total", "counter", "Requests for the ledger that there was no room for.");
        foreach (var (labels, tap) in Taps())
            Line(text, "modelhub_router_predictions_dropped_total", labels, tap.Dropped);
        Family(text, "modelhub_router_turned_away_total", "counter", "Requests refused at the door.");
        foreach (var (status, count) in refusals.All)
            Line(text, "modelhub_router_turned_away_total", $"status=\"{status}\"", count);
        Family(text, "modelhub_router_inputs_skipped_total", "counter", "Requests that monitors count and did not look into, because there were too many.");
        Line(text, "modelhub_router_inputs_skipped_total", "", sketches.Skipped);
        Family(text, "modelhub_router_sketches_dropped_total", "counter", "Counts for monitors that could not be told while the API was away.");
        Line(text, "modelhub_router_sketches_dropped_total", "", losses.Sketches);
        Family(text, "modelhub_router_windows_dropped_total", "counter", "Windows of traffic that could not be told while the API was away.");
        Line(text, "modelhub_router_windows_dropped_total", "", losses.Windows);
        Family(text, "modelhub_router_answers_dropped_total", "counter", "What variants of a rollout said in a window, which could not be told while the API was away.");
        Line(text, "modelhub_router_answers_dropped_total", "", losses.Answers);
        Family(text, "modelhub_router_exposures_dropped_total", "counter", "Keys of experiments that could not be told while the API was away.");
        Line(text, "modelhub_router_exposures_dropped_total", "", losses.Exposures);
        Gauge(text, "modelhub_router_routes_revision", "Number of the routing table in force.", current.Value.Revision);
        Gauge(text, "modelhub_router_requests_in_work", "Requests at nodes now.", nodes.All.Sum(n => n.Outstanding));
        Gauge(text, "modelhub_router_nodes", "Nodes of the routing table.", nodes.All.Count);
        Gauge(text, "modelhub_router_nodes_ejected", "Nodes passed over for what they did.", nodes.All.Count(n => n.Health.IsOut));
        Gauge(text, "modelhub_router_targets_ejected", "Versions on nodes passed over for what they answered.", targets.All.Count(t => t.Health.IsOut));
        Gauge(text, "modelhub_router_shadows_cut_off", "Shadows that get no copies because they fail.", shadows.All.Count(s => s.Value.IsOpen));
        Gauge(text, "modelhub_router_node_connections", "Open connections to nodes.", connections.Count);
        Gauge(text, "modelhub_router_control_up", "1 while the control stream is up.", link.IsUp ? 1 : 0);
        return text.Append(ProcessText.Write("router")).ToString();
    }

    private List<(string Labels, Totals Totals)> Variants()
    {
        var byVariant = targets.Meters.ToLookup(m => m.Variant);
        var all = current.Value.Endpoints.OrderBy(e => e.Route.Environment, StringComparer.Ordinal).ThenBy(e => e.Route.Model, StringComparer.Ordinal)
            .SelectMany(e => e.Variants.Select(v => (
                Labels: $"environment=\"{e.Route.Environment}\",model=\"{e.Route.Model}\",version=\"{v.VersionText}\",role=\"{v.Route.Role.ToString().ToLowerInvariant()}\"",
                Totals: Totals.Of(byVariant[v.Route.VariantId])))).ToList();
        if (all.Count <= MostSeries)
            return all;
        return [.. all.Take(MostSeries), ("environment=\"other\",model=\"other\",version=\"\",role=\"\"", all.Skip(MostSeries).Select(a => a.Totals).Aggregate((a, b) => a.Plus(b)))];
    }

    private IEnumerable<(string Labels, LedgerTap Tap)> Taps() =>
        from tap in taps.All.OrderBy(t => t.Endpoint).Take(MostSeries)
        let route = current.Value.Find(tap.Endpoint)?.Route
        where route is not null
        select ($"environment=\"{route.Environment}\",model=\"{route.Model}\"", tap);

    private static void Outcomes(StringBuilder text, string labels, Totals totals)
    {
        var errors = totals.Errors;
        foreach (var (outcome, count) in new[]
        {
            ("ok", totals.Requests - errors.Total), ("refused", errors.Refused), ("overloaded", errors.Overloaded), ("unavailable", errors.Unavailable),
            ("timed_out", errors.TimedOut), ("failed", errors.Failed),
        })
            Line(text, "modelhub_router_requests_total", $"{labels},outcome=\"{outcome}\"", count);
    }

    private static void Histogram(StringBuilder text, string labels, LatencySketch latency)
    {
        foreach (var bound in Bounds)
            Line(text, "modelhub_router_request_duration_seconds_bucket", $"{labels},le=\"{bound.ToString(CultureInfo.InvariantCulture)}\"", latency.CountUpTo(bound * 1e6));
        Line(text, "modelhub_router_request_duration_seconds_bucket", $"{labels},le=\"+Inf\"", latency.Total);
        Line(text, "modelhub_router_request_duration_seconds_sum", labels, latency.SumMs / 1e3);
        Line(text, "modelhub_router_request_duration_seconds_count", labels, latency.Total);
    }

    private static void Gauge(StringBuilder text, string name, string help, double value)
    {
        Family(text, name, "gauge", help);
        Line(text, name, "", value);
    }

    private static void Family(StringBuilder text, string name, string type, string help) =>
        text.Append("# HELP ").Append(name).Append(' ').Append(help).Append("\n# TYPE ").Append(name).Append(' ').Append(type).Append('\n');

    private static void Line(StringBuilder text, string name, string labels, double value) =>
        text.Append(name).Append(labels.Length > 0 ? $"{{{labels}}}" : "").Append(' ').Append(value.ToString("R", CultureInfo.InvariantCulture)).Append('\n');

    private sealed record Totals(long Requests, Errors Errors, LatencySketch Latency, long Dropped)
    {
        public static Totals Of(IEnumerable<Meter> meters) => meters.Aggregate(
            new Totals(0, Errors.None, LatencySketch.Empty, 0),
            (sum, meter) => sum.Plus(new Totals(meter.Totals.Requests, meter.Totals.Errors, meter.Totals.Latency, meter.Totals.Dropped)));

        public Totals Plus(Totals other) =>
            new(Requests + other.Requests, Errors.Plus(Errors, other.Errors), Latency.Merge(other.Latency), Dropped + other.Dropped);
    }
}
