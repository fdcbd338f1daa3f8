using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.Cli.Graph;

/// <summary>The API as one caller sees it.</summary>
internal sealed class GraphClient(HttpClient http)
{
    private const int Attempts = 4;
    private static readonly TimeSpan pause = TimeSpan.FromMilliseconds(250);

    public HttpClient Http => http;

    public static GraphClient To(Uri api, string? token)
    {
        var http = new HttpClient(new SocketsHttpHandler { PooledConnectionLifetime = TimeSpan.FromMinutes(2) })
        {
            BaseAddress = api,
            Timeout = TimeSpan.FromSeconds(100),
        };
        if (token is not null)
            http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return new GraphClient(http);
    }

    /// <summary>The data of an answer without errors. <paramref name="document"/> is the id of a trusted document, see <see cref="Documents"/>.</summary>
    /// <exception cref="RefusedException">The caller may not.</exception>
    /// <exception cref="BrokenWorldException">The API is not there, or answers with a fault.</exception>
    public async Task<JsonObject> QueryAsync(string document, object? variables, CancellationToken ct)
    {
        var answer = await SendAsync(document, variables, ct);
        return answer["errors"] is JsonArray { Count: > 0 } errors
            ? throw Fault(errors)
            : answer["data"] as JsonObject ?? throw new BrokenWorldException($"The API answered without data: {answer.ToJsonString()}");
    }

    private async Task<JsonObject> SendAsync(string document, object? variables, CancellationToken ct)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var content = JsonContent.Create(new { id = document, variables });
                using var answer = await http.PostAsync(new Uri("graphql", UriKind.Relative), content, ct);
                if (answer.StatusCode is not (HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable) || attempt == Attempts)
                    return await ReadAsync(answer, ct);
            }
            catch (HttpRequestException fault) when (attempt == Attempts)
            {
                throw new BrokenWorldException($"The API at {http.BaseAddress} does not answer: {fault.Message}", fault);
            }
            catch (HttpRequestException)
            {
                // Queries change nothing and mutations carry an idempotency key: both may be sent again.
            }

            await Task.Delay(pause * attempt, ct);
        }
    }

    private async Task<JsonObject> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        if (answer.StatusCode == HttpStatusCode.Unauthorized)
            throw new RefusedException(new Refusal("NotAuthenticated", $"{http.BaseAddress} does not accept this token. Sign in with ./modelhub login, or give --token.", []));
        var text = await answer.Content.ReadAsStringAsync(ct);
        try
        {
            if (JsonNode.Parse(text) is JsonObject json && (json.ContainsKey("data") || json.ContainsKey("errors")))
                return json;
        }
        catch (JsonException)
        {
            // Not GraphQL at all: said below, with what it was.
        }

        throw new BrokenWorldException($"{http.BaseAddress}graphql answered {(int)answer.StatusCode} and no GraphQL: {text[..Math.Min(text.Length, 300)]}");
    }

    private static Exception Fault(JsonArray errors)
    {
        var lines = errors.OfType<JsonObject>().Select(Describe).ToList();
        var codes = errors.OfType<JsonObject>().Select(error => (string?)error["extensions"]?["code"]).ToList();
        if (codes.Contains("AUTH_NOT_AUTHORIZED"))
            return new RefusedException(new Refusal("NotPermitted", "Your role does not allow this. " + string.Join(' ', lines), []));
        if (codes.FirstOrDefault(IsRefusal) is { } code)
            return new RefusedException(new Refusal(Name(code), string.Join(' ', lines), []));
        return codes.Contains("DOCUMENT_NOT_FOUND")
            ? new BrokenWorldException("The API is of another version than this command line, and does not know what it asks.")
            : new BrokenWorldException("The API answered with a fault:\n  " + string.Join("\n  ", lines));
    }

    /// <summary>A query has no payload for refusals: they are its errors, as is a value that no variable takes.</summary>
    private static bool IsRefusal(string? code) => code is "INVALID_INPUT" or "INVALID_VARIABLE" or "PLAN_NOT_SUPPORTED"
        || (code is not "DOCUMENT_NOT_FOUND" && code?.EndsWith("_NOT_FOUND", StringComparison.Ordinal) == true);

    /// <summary>INVALID_INPUT → InvalidInput, as mutations name it.</summary>
    private static string Name(string code) => string.Concat(code.Split('_').Select(word => word[0] + word[1..].ToLowerInvariant()));

    private static string Describe(JsonObject error)
    {
        var path = error["path"] is JsonArray steps ? " at " + string.Join('.', steps.Select(step => step?.ToString())) : "";
        return $"{(string?)error["message"]}{path}";
    }
}
