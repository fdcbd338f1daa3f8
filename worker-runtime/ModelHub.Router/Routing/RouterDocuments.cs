using ModelHub.Inference.V2;
using ModelHub.Router.Admitting;
using ModelHub.Router.Forwarding;
using ModelHub.Router.Measuring;

namespace ModelHub.Router.Routing;

/// <summary>What the router tells of itself.</summary>
internal sealed class RouterDocuments(Current<RoutingTable> current, Door door, MetricsText metrics)
{
    public static readonly string Software = typeof(RouterDocuments).Assembly.GetName().Version?.ToString(3) ?? "";

    private static readonly byte[] About = Documents.Server(Software);

    public bool IsReady => current.Value.Revision >= 0 && door.Table.Revision >= 0;

    public Task ServerAsync(HttpContext context) => Answers.JsonAsync(context, 200, About);

    public Task LiveAsync(HttpContext context) => Answers.JsonAsync(context, 200, Documents.Live);

    public Task ReadyAsync(HttpContext context) =>
        Answers.JsonAsync(context, IsReady ? 200 : 503, Documents.ServerReady(IsReady));

    public async Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = "text/plain; version=0.0.4; charset=utf-8";
        await context.Response.WriteAsync(metrics.Write(), context.RequestAborted);
    }
}
