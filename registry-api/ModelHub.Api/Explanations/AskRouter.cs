using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Domain.Explanations;

namespace ModelHub.Api.Explanations;

/// <summary>What is asked of a router.</summary>
/// <param name="Version">Null: whichever version the endpoint's weights give.</param>
internal sealed record AskedExplanation(string Model, string Environment, int? Version, JsonElement Row, int? Permutations, int? Seed);

/// <summary>Has a router explain a row with the caller's own token, so that what the token may and how often holds here too.</summary>
internal sealed class AskRouter(HttpClient http)
{
    /// <summary>Longer than a node goes on for one explanation.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(40);

    private const int MostAnswer = 16 * 1024 * 1024;

    /// <param name="routers">Base addresses, the one to be asked first in front.</param>
    /// <param name="authorization">The header of the request.</param>
    public async Task<Result<PredictionExplanation>> RunAsync(IReadOnlyList<string> routers, string authorization, AskedExplanation asked, CancellationToken ct)
    {
        var unreached = "no router is connected";
        foreach (var router in routers)
            try
            {
                return await AskAsync(router, authorization, asked, ct);
            }
            catch (HttpRequestException e) when (e.StatusCode is null)
            {
                unreached = $"no router was reached: {e.HttpRequestError}";
            }
            catch (TaskCanceledException) when (!ct.IsCancellationRequested)
            {
                return new NotExplained(504, $"no answer came within {Patience.TotalSeconds:0} seconds.");
            }
        return new NotExplained(503, unreached + ".");
    }

    private async Task<Result<PredictionExplanation>> AskAsync(string router, string authorization, AskedExplanation asked, CancellationToken ct)
    {
        var path = asked.Version is { } version
            ? string.Create(CultureInfo.InvariantCulture, $"/{asked.Environment}/v2/models/{asked.Model}/versions/{version}/explain")
            : $"/{asked.Environment}/explain/{asked.Model}";
        using var request = new HttpRequestMessage(HttpMethod.Post, router.TrimEnd('/') + path) { Content = Body(asked) };
        request.Headers.TryAddWithoutValidation("Authorization", authorization);
        using var answer = await http.SendAsync(request, ct);
        var body = await answer.Content.ReadAsByteArrayAsync(ct);
        return answer.IsSuccessStatusCode ? Read(body) : new NotExplained((int)answer.StatusCode, Said(body) ?? answer.ReasonPhrase ?? "no reason was given");
    }

    private static ByteArrayContent Body(AskedExplanation asked)
    {
        var body = new JsonObject { ["rows"] = new JsonArray(JsonNode.Parse(asked.Row.GetRawText())) };
        if (asked.Permutations is { } permutations)
            body["permutations"] = permutations;
        if (asked.Seed is { } seed)
            body["seed"] = seed;
        return new(JsonSerializer.SerializeToUtf8Bytes(body)) { Headers = { ContentType = new("application/json") } };
    }

    private static string? Said(byte[] body)
    {
        try
        {
            return (string?)JsonNode.Parse(body)?["error"];
        }
        catch (JsonException)
        {
            // Something else than a router of ours stands there.
            return null;
        }
    }

    private static PredictionExplanation Read(byte[] body)
    {
        using var document = JsonDocument.Parse(body);
        var told = document.RootElement;
        var background = told.GetProperty("background");
        return new(
            int.Parse(told.GetProperty("model_version").GetString()!, CultureInfo.InvariantCulture),
            told.GetProperty("method").ValueEquals("linear") ? ExplanationMethod.Linear : ExplanationMethod.Sampling,
            told.GetProperty("space").GetString() switch { "log-odds" => ExplanationSpace.LogOdds, "score" => ExplanationSpace.Score, _ => ExplanationSpace.Output },
            told.GetProperty("permutations").GetInt32(),
            told.GetProperty("seed").GetInt32(),
            background.GetProperty("rows").GetInt32(),
            background.GetProperty("of").GetString() switch { "rows" => BackgroundOf.Rows, "mixed" => BackgroundOf.Mixed, _ => BackgroundOf.Marginals },
            [.. told.GetProperty("explanations")[0].EnumerateArray().Select(Answer)]);
    }

    private static ExplainedAnswer Answer(JsonElement answer) => new(
        answer.GetProperty("output").GetString()!,
        answer.TryGetProperty("class", out var name) ? name.GetString() : null,
        answer.GetProperty("prediction").GetDouble(),
        answer.GetProperty("base").GetDouble(),
        answer.GetProperty("residual").GetDouble(),
        [.. answer.GetProperty("columns").EnumerateArray().Select(column => new ColumnShare(
            column.GetProperty("name").GetString()!,
            column.GetProperty("value").Clone(),
            column.GetProperty("phi").GetDouble(),
            column.GetProperty("standard_error") is { ValueKind: JsonValueKind.Number } error ? error.GetDouble() : null))]);

    public static void Add(IServiceCollection services) => services.AddSingleton(new AskRouter(new HttpClient(new SocketsHttpHandler
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        PooledConnectionLifetime = TimeSpan.FromMinutes(5),
        ConnectTimeout = TimeSpan.FromSeconds(3),
    })
    {
        Timeout = Patience,
        MaxResponseContentBufferSize = MostAnswer,
    }));
}
