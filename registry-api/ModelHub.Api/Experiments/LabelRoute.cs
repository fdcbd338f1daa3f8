using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

internal sealed record PostedLabels(IReadOnlyList<PostedLabel>? Labels);

internal sealed record PostedLabel(string? Key, string? Request, double? Value, DateTimeOffset? At);

/// <summary>Labels over REST, for applications that speak no GraphQL. Posting the same ones again changes nothing.</summary>
internal static class LabelRoute
{
    public static void MapExperiments(this WebApplication app) => app.MapPost("/api/v1/experiments/{id}/labels", PostAsync).Needs(Permission.Infer);

    private static async Task<IResult> PostAsync(string id, PostedLabels posted, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!Guid.TryParse(id, out var guid))
            return Problem.NotFound();
        if (posted.Labels is not { } labels || labels.Any(l => l is not { Value: not null }))
            return Problem.Invalid("labels", "a list, each with a value");
        IReadOnlyList<LabelInput> inputs = [.. labels.Select(l => new LabelInput(l.Key, l.Request, l.Value!.Value, l.At))];
        return (await new WriteLabels(db, caller, time).RunAsync(ExperimentId.From(guid), inputs, ct)).IsRefused(out var refusal, out var written)
            ? RefusalProblem.Of(refusal)
            : TypedResults.Ok(new { labels = written.Labels });
    }
}
