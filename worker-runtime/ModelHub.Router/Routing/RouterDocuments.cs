using ModelHub.Inference.V2;
using ModelHub.Router.Control;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;

namespace ModelHub.Router.Routing;

/// <summary>What the router tells of itself.</summary>
internal sealed class RouterDocuments(CurrentTable current, Door door, Meters meters, NodeLinks nodes, StayLinked link)
{
    private static readonly byte[] About = Documents.Server(typeof(RouterDocuments).Assembly.GetName().Version?.ToString(3) ?? "");

    private bool IsReady => current.Value.Revision >= 0 && door.Table.Revision >= 0;

    public Task ServerAsync(HttpContext context) => Answers.JsonAsync(context, 200, About);

    public Task LiveAsync(HttpContext context) => Answers.JsonAsync(context, 200, Documents.Live);

    public Task ReadyAsync(HttpContext context) =>
        Answers.JsonAsync(context, IsReady ? 200 : 503, Documents.ServerReady(IsReady));

    public async Task MetricsAsync(HttpContext context)
    {
        var (requests, failures) = meters.Totals();
        context.Response.ContentType = "text/plain; version=0.0.4";
        await context.Response.WriteAsync(FormattableString.Invariant($"""
            # TYPE modelhub_router_requests_total counter
            modelhub_router_requests_total {requests}
            # TYPE modelhub_router_failures_total counter
            modelhub_router_failures_total {failures}
            # TYPE modelhub_router_routes_revision gauge
            modelhub_router_routes_revision {current.Value.Revision}
            # TYPE modelhub_router_nodes_ejected gauge
            modelhub_router_nodes_ejected {nodes.All.Count(n => n.Ejected)}
            # TYPE modelhub_router_control_up gauge
            modelhub_router_control_up {(link.IsUp ? 1 : 0)}

            """), context.RequestAborted);
    }
}
