using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace ModelHub.Tests.Api;

/// <summary>One caller of the host.</summary>
public sealed class ApiClient(HttpClient http) : IDisposable
{
    private static readonly TimeSpan Crowded = TimeSpan.FromSeconds(60);

    public HttpClient Http => http;

    public string Token { get; init; } = "";

    public string TokenName { get; init; } = "";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>The whole response, errors and all.</summary>
    public async Task<JsonElement> RawAsync(string query, object? variables = null)
    {
        using var answer = await http.PostAsJsonAsync("/graphql", new { query, variables }, Ct);
        return await answer.Content.ReadFromJsonAsync<JsonElement>(Ct);
    }

    /// <summary>The data of a query that must hold without errors.</summary>
    public async Task<JsonElement> QueryAsync(string query, object? variables = null)
    {
        var answer = await RawAsync(query, variables);
        Assert.False(answer.TryGetProperty("errors", out var errors), $"{errors}");
        return answer.GetProperty("data");
    }

    /// <summary>As <see cref="QueryAsync"/>, and again as long as the API says that too much runs at once: one of a crowd, larger than the API takes on on a slow machine.</summary>
    public async Task<JsonElement> QueryInCrowdAsync(string query, object? variables = null)
    {
        var clock = Stopwatch.StartNew();
        while (true)
        {
            var answer = await RawAsync(query, variables);
            if (!answer.TryGetProperty("errors", out var errors))
                return answer.GetProperty("data");
            var overloaded = errors[0].TryGetProperty("extensions", out var extensions) && extensions.GetProperty("code").GetString() == "OVERLOADED";
            Assert.True(overloaded && clock.Elapsed < Crowded, $"{errors}");
            await Task.Delay(Random.Shared.Next(50, 500), Ct);
        }
    }

    /// <summary>The payload of a mutation, which may hold refusals: <c>MutateAsync("createModel", new {name}, "model { name }")</c>.</summary>
    public async Task<JsonElement> MutateAsync(string name, object input, string selection)
    {
        var type = char.ToUpperInvariant(name[0]) + name[1..] + "Input";
        var query = $$"""
            mutation($input: {{type}}!) { payload: {{name}}(input: $input) { {{selection}} errors { __typename ... on Error { message code } } } }
            """;
        return (await QueryAsync(query, new { input })).GetProperty("payload");
    }

    /// <summary>The payload of a mutation that must be done.</summary>
    public async Task<JsonElement> DoAsync(string name, object input, string selection)
    {
        var payload = await MutateAsync(name, input, selection);
        Assert.True(payload.GetProperty("errors").ValueKind == JsonValueKind.Null || payload.GetProperty("errors").GetArrayLength() == 0, $"{payload}");
        return payload;
    }

    /// <summary>The one refusal of a mutation that must be refused.</summary>
    public async Task<JsonElement> RefusedAsync(string name, object input, string selection)
    {
        var payload = await MutateAsync(name, input, selection);
        Assert.True(payload.GetProperty("errors").ValueKind == JsonValueKind.Array, $"not refused: {payload}");
        return Assert.Single(payload.GetProperty("errors").EnumerateArray());
    }

    public async Task<string> UploadAsync(byte[] bytes)
    {
        using var answer = await http.PutAsync("/api/v1/artifacts", new ByteArrayContent(bytes), Ct);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Ct)).GetProperty("digest").GetString()!;
    }

    public void Dispose() => http.Dispose();
}
