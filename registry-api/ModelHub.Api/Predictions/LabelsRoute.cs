using System.Text.Json;
using Microsoft.AspNetCore.Http.Features;
using ModelHub.Domain.Predictions;

namespace ModelHub.Api.Predictions;

/// <summary>
/// Labels over REST: <c>{"model", "environment", "source"?, "labels": [{"request", "row"?, "value", "observedAt"?}]}</c>, or one label per line as
/// <c>application/x-ndjson</c> with <c>?model=…&amp;environment=…&amp;source=…</c>. Posting the same ones again changes no figure.
/// </summary>
internal static class LabelsRoute
{
    private const long MostBytes = 8 << 20;
    private static readonly string[] LinesTypes = ["application/x-ndjson", "application/jsonl", "application/ndjson"];

    public static async Task<IResult> PostAsync(HttpContext context, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
            limit.MaxRequestBodySize = MostBytes;
        var now = time.GetUtcNow();
        var read = LinesTypes.Contains(context.Request.ContentType?.Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase)
            ? await LinesAsync(context.Request, now, ct)
            : await DocumentAsync(context.Request, now, ct);
        if (read.IsRefused(out var unread, out var posted))
            return RefusalProblem.Of(unread);
        return (await new TakeLabels(db, caller).RunAsync(posted.Model, posted.Environment, posted.Labels, posted.Source, now, ct)).IsRefused(out var refusal, out var counts)
            ? RefusalProblem.Of(refusal)
            : TypedResults.Ok(counts);
    }

    private static async Task<Result<Posted>> DocumentAsync(HttpRequest request, DateTimeOffset now, CancellationToken ct)
    {
        try
        {
            using var document = await JsonDocument.ParseAsync(request.Body, cancellationToken: ct);
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("labels", out var labels) || labels.ValueKind != JsonValueKind.Array)
                return new InvalidInput("labels", "a list, each with a request and a value");
            if (labels.GetArrayLength() > Label.MostAtOnce)
                return new InvalidInput("labels", $"1 to {Label.MostAtOnce}");
            return Of(Text(root, "model"), Text(root, "environment"), Text(root, "source"), [.. labels.EnumerateArray().Select((row, i) => ReadLabel.Of($"labels[{i}]", row, now))]);
        }
        catch (JsonException)
        {
            return new InvalidInput("body", "a JSON document, or lines of JSON as application/x-ndjson");
        }
    }

    /// <summary>Lines are numbered as in the file, from 1; empty ones count and are passed over.</summary>
    private static async Task<Result<Posted>> LinesAsync(HttpRequest request, DateTimeOffset now, CancellationToken ct)
    {
        var labels = new List<Result<GivenLabel>>();
        using var reader = new StreamReader(request.Body);
        for (var number = 1; await reader.ReadLineAsync(ct) is { } line; number++)
        {
            if (string.IsNullOrWhiteSpace(line))
                continue;
            if (labels.Count == Label.MostAtOnce)
                return new InvalidInput("labels", $"1 to {Label.MostAtOnce}");
            labels.Add(ReadLabel.Line(number, line, now));
        }
        return Of(request.Query["model"], request.Query["environment"], request.Query["source"], labels);
    }

    private static Result<Posted> Of(string? model, string? environment, string? source, IReadOnlyList<Result<GivenLabel>> labels) =>
        string.IsNullOrEmpty(model) || string.IsNullOrEmpty(environment)
            ? new InvalidInput("model, environment", "both are needed")
            : new Posted(model, environment, source, labels);

    private static string? Text(JsonElement root, string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private sealed record Posted(string Model, string Environment, string? Source, IReadOnlyList<Result<GivenLabel>> Labels);
}
