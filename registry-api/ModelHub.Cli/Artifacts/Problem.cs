using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Artifacts;

/// <summary>A REST answer that is not a success (application/problem+json) as the refusal or fault it means.</summary>
internal static class Problem
{
    public static async Task<Exception> ReadAsync(HttpResponseMessage answer, CancellationToken ct)
    {
        var text = await answer.Content.ReadAsStringAsync(ct);
        var status = (int)answer.StatusCode;
        if (status >= 500)
            return new HttpRequestException($"The API answered {status}.", null, answer.StatusCode);
        var told = Parse(text);
        var fields = new JsonObject { ["status"] = status };
        foreach (var name in new[] { "field", "limit" })
            if (told[name] is { } value)
                fields[name] = value.DeepClone();
        var message = new[] { told["detail"].Text(), told["title"].Text(), $"The API answered {status}." }.First(line => line.Length > 0);
        return new RefusedException(new Refusal(Name(told["code"].Text(), answer.StatusCode), message, fields));
    }

    /// <summary>VERSION_BLOCKED → VersionBlocked, as mutations name it; without a name, what the status says.</summary>
    private static string Name(string code, HttpStatusCode status) => status switch
    {
        _ when code.Length > 0 => string.Concat(code.Split('_', StringSplitOptions.RemoveEmptyEntries).Select(word => word[0] + word[1..].ToLowerInvariant())),
        HttpStatusCode.Unauthorized => "NotAuthenticated",
        HttpStatusCode.Forbidden => "NotPermitted",
        HttpStatusCode.NotFound => "NotFound",
        _ => "InvalidInput",
    };

    private static JsonObject Parse(string text)
    {
        try
        {
            return JsonNode.Parse(text) as JsonObject ?? [];
        }
        catch (JsonException)
        {
            return new JsonObject { ["detail"] = text[..Math.Min(text.Length, 300)] };
        }
    }
}
