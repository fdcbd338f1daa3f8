using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using ModelHub.Domain.Batches;
using ModelHub.Worker.Artifacts;

namespace ModelHub.Worker.Batches;

/// <summary>Which version is asked, and how its answers become columns.</summary>
internal sealed record Asked(string Model, int Version, BatchColumns Columns)
{
    public string Path => string.Create(CultureInfo.InvariantCulture, $"/predict/{Model}/versions/{Version}");
}

/// <summary>Sends rows to one node, with the worker's own token, and reads what it says.</summary>
internal sealed class AskNode(HttpClient http, WorkerToken token)
{
    /// <summary>Longer than a node lets any run go on; a node that is silent for so long is gone.</summary>
    public static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private const int ShownText = 400;

    public async Task<NodeAnswer> RunAsync(string address, Asked asked, IReadOnlyList<string> rows, CancellationToken ct)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, address + asked.Path) { Content = Body(rows) };
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", await token.GetAsync(ct));
            using var answer = await http.SendAsync(request, ct);
            var body = await answer.Content.ReadAsByteArrayAsync(ct);
            return answer.StatusCode == HttpStatusCode.OK ? Predictions(body, asked, rows.Count) : Refusal(answer, body, rows.Count);
        }
        catch (HttpRequestException e)
        {
            return new NodeAnswer.Later(null, e.Message);
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            return new NodeAnswer.Later(null, $"no answer within {Silence.TotalSeconds} s");
        }
    }

    private static ByteArrayContent Body(IReadOnlyList<string> rows)
    {
        var content = new ByteArrayContent(Encoding.UTF8.GetBytes($"[{string.Join(',', rows)}]"));
        content.Headers.ContentType = new("application/json");
        return content;
    }

    /// <summary>A request of several rows that is too long, or takes too long, may do in parts.</summary>
    private static NodeAnswer Refusal(HttpResponseMessage answer, byte[] body, int rows) => answer.StatusCode switch
    {
        HttpStatusCode.BadRequest or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnprocessableEntity => new NodeAnswer.Declined(Said(answer, body)),
        HttpStatusCode.GatewayTimeout when rows > 1 => new NodeAnswer.Declined(Said(answer, body)),
        _ => new NodeAnswer.Later(PauseOf(answer.Headers.RetryAfter), $"{(int)answer.StatusCode}: {Said(answer, body)}"),
    };

    private static TimeSpan? PauseOf(RetryConditionHeaderValue? after) =>
        after?.Delta is { } pause ? pause < LongestPause ? pause : LongestPause : null;

    private static string Said(HttpResponseMessage answer, byte[] body)
    {
        var text = Encoding.UTF8.GetString(body);
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.ValueKind == JsonValueKind.Object && json.RootElement.TryGetProperty("error", out var error)) text = error.ToString();
        }
        catch (JsonException)
        {
            // Something else than a node of ours stands there; what it says is told as it is.
        }
        text = string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
        return text.Length == 0 ? answer.ReasonPhrase ?? "no reason given" : text.Length > ShownText ? text[..ShownText] : text;
    }

    private static NodeAnswer Predictions(byte[] body, Asked asked, int rows)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.GetProperty("model_version").GetString() != asked.Version.ToString(CultureInfo.InvariantCulture))
                return new NodeAnswer.Later(null, "another version answered");
            var predictions = json.RootElement.GetProperty("predictions");
            if (predictions.GetArrayLength() != rows) return new NodeAnswer.Later(null, $"{predictions.GetArrayLength()} predictions for {rows} rows");
            return new NodeAnswer.Predicted([.. predictions.EnumerateArray().Select(row => Values(row, asked.Columns))]);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return new NodeAnswer.Later(null, $"its answer cannot be read: {e.Message}");
        }
    }

    private static string[] Values(JsonElement row, BatchColumns columns)
    {
        var values = new List<string>();
        foreach (var output in columns.Outputs)
        {
            var value = row.GetProperty(output.Name);
            if (output.IsArray)
            {
                values.Add(JsonSerializer.Serialize(value.GetRawText()));
                continue;
            }
            var before = values.Count;
            values.AddRange(value.ValueKind switch
            {
                JsonValueKind.Array => value.EnumerateArray().Select(v => v.GetRawText()),
                JsonValueKind.Object => value.EnumerateObject().Select(p => p.Value.GetRawText()),
                _ => [value.GetRawText()],
            });
            if (values.Count - before != output.Columns.Count)
                throw new InvalidOperationException($"the output {output.Name} has {values.Count - before} values, not {output.Columns.Count}");
        }
        return [.. values];
    }
}
