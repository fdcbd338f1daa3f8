using System.Globalization;
using ModelHub.Inference.V2;
using ModelHub.Node.Access;

namespace ModelHub.Node.Serving;

/// <summary>What V2 tells of server and models.</summary>
internal sealed class ModelDocuments(LoadedModels models, Door door, Holdings holdings)
{
    /// <summary>Version of this node.</summary>
    public static string Software { get; } = typeof(ModelDocuments).Assembly.GetName().Version?.ToString(3) ?? "";

    private static readonly byte[] About = Documents.Server(Software);

    public bool IsReady => holdings.Settled && door.Table.Revision >= 0;

    public Task ServerAsync(HttpContext context) => Answer.JsonAsync(context, 200, About);

    public Task LiveAsync(HttpContext context) => Answer.JsonAsync(context, 200, Documents.Live);

    public Task ReadyAsync(HttpContext context) =>
        Answer.JsonAsync(context, IsReady ? 200 : 503, Documents.ServerReady(IsReady));

    public Task ModelReadyAsync(HttpContext context) => WhenKnown(context, (model, version) =>
        Answer.JsonAsync(context, version is null ? 404 : 200, Documents.Ready(model, version is not null)));

    public Task MetadataAsync(HttpContext context) => WhenKnown(context, (model, version) => version is null
        ? Answer.ErrorAsync(context, 404, "This node does not hold that version of that model.")
        : Answer.JsonAsync(context, 200, Documents.Metadata(version.Spec, models.VersionsOf(model).Select(v => v.ToString(CultureInfo.InvariantCulture)))));

    private Task WhenKnown(HttpContext context, Func<string, LoadedVersion?, Task> answer)
    {
        var model = (string)context.Request.RouteValues["model"]!;
        if (door.Refuses(context, model) is { } status)
            return Answer.ErrorAsync(context, status, status == 401 ? "unauthorized" : "forbidden");
        return answer(model, models.Find(model, (string?)context.Request.RouteValues.GetValueOrDefault("version")));
    }
}
