using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.EndToEnd.Support;

/// <summary>A GraphQL caller with one token.</summary>
internal sealed class Graph(Uri api, string token)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(60) };

    /// <summary>The <c>data</c> of an answer without errors; any error fails the test with its text.</summary>
    public async Task<JsonNode> AskAsync(string document, object? variables, CancellationToken ct)
    {
        var answer = await SendAsync(document, variables, ct);
        return answer["errors"] is null && answer["data"] is { } data ? data : throw new UnexpectedAnswerException(answer.ToJsonString());
    }

    /// <summary>The whole answer, errors and all.</summary>
    public async Task<JsonNode> SendAsync(string document, object? variables, CancellationToken ct)
    {
        using var response = await PostAsync(document, variables, ct);
        var text = await response.Content.ReadAsStringAsync(ct);
        return JsonNode.Parse(text) ?? throw new JsonException($"{(int)response.StatusCode}: no JSON: {text}");
    }

    public async Task<HttpResponseMessage> PostAsync(string document, object? variables, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(api, "/graphql"));
        if (token.Length > 0)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        request.Content = JsonContent.Create(new { query = document, variables });
        return await Http.SendAsync(request, ct);
    }

    /// <summary>One mutation by the conventions: its payload, whose <c>errors</c> must be empty unless <paramref name="refusal"/> names one.</summary>
    public async Task<JsonNode> ChangeAsync(string mutation, object input, string selection, CancellationToken ct, string? refusal = null)
    {
        var name = char.ToUpperInvariant(mutation[0]) + mutation[1..] + "Input";
        var document = $"mutation($input: {name}!) {{ {mutation}(input: $input) {{ {selection} errors {{ __typename ... on Error {{ message }} }} }} }}";
        var payload = (await AskAsync(document, new { input }, ct))[mutation]!;
        var errors = payload["errors"]?.AsArray().Select(error => error!["__typename"]!.GetValue<string>()).ToArray() ?? [];
        string[] expected = refusal is null ? [] : [refusal];
        return errors.SequenceEqual(expected) ? payload : throw new UnexpectedAnswerException($"expected [{refusal}], got {payload.ToJsonString()}");
    }
}
