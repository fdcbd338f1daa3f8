using System.Net;
using System.Text.Json;

namespace ModelHub.Node.Runtimes.Remote;

internal static class Documents
{
    /// <returns>null when there is none; the caller disposes it</returns>
    /// <exception cref="HttpRequestException">no answer, or one that is an error</exception>
    /// <exception cref="InvalidDataException">no JSON object</exception>
    public static async Task<JsonDocument?> GetAsync(HttpClient server, string path, CancellationToken ct)
    {
        using var answer = await server.GetAsync(path, ct);
        if (answer.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.BadRequest)
            return null;
        answer.EnsureSuccessStatusCode();
        try
        {
            var document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(ct));
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw new InvalidDataException($"'{path}' is no JSON object");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"'{path}' is no JSON: {e.Message}", e);
        }
    }
}
