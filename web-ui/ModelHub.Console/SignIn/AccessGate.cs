using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json.Serialization;
using ModelHub.Console.Graph;
using ModelHub.Console.Hosting;

namespace ModelHub.Console.SignIn;

/// <summary>What sign-in asks of the api: what a login code is worth, whether a token still is, and the end of it.</summary>
internal sealed class AccessGate(HttpClient http, ConsoleOptions options, TimeProvider time)
{
    private static readonly TimeSpan trust = TimeSpan.FromSeconds(15);
    private readonly ConcurrentDictionary<string, DateTimeOffset> valid = new();

    /// <summary>The session behind a one-time code; null when the code is unknown, used or too old.</summary>
    /// <exception cref="HttpRequestException">The api did not judge the code: its status says why, and there is none when it does not answer.</exception>
    public async Task<RedeemedLogin?> RedeemAsync(string code, CancellationToken ct)
    {
        var url = new Uri($"{options.Api.TrimEnd('/')}/api/v1/access/login-links/{Uri.EscapeDataString(code)}/redeem");
        using var response = await http.PostAsync(url, null, ct);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
            return null;
        return await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync(SignInJson.Default.RedeemedLogin, ct);
    }

    /// <summary>False only when the api says so: while it cannot be asked, a sealed cookie stays good until it expires.</summary>
    public async Task<bool> StillValidAsync(string token, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        if (valid.TryGetValue(token, out var until) && until > now)
            return true;

        using var request = new HttpRequestMessage(HttpMethod.Post, options.GraphQL) { Content = new StringContent($$"""{"id":"{{Documents.CheckSession}}"}""", null, "application/json") };
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.SendAsync(request, ct);
            if (response.StatusCode == HttpStatusCode.Unauthorized)
            {
                Forget(token);
                return false;
            }

            valid[token] = now + trust;
            foreach (var old in valid.Where(entry => entry.Value < now - trust).ToArray())
                valid.TryRemove(old);
            return true;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException || (unreachable is OperationCanceledException && !ct.IsCancellationRequested))
        {
            return true;
        }
    }

    /// <summary>Ends the session at the api; false when it could not be reached, so that the token lives on until it expires.</summary>
    public async Task<bool> LeaveAsync(string token, CancellationToken ct)
    {
        Forget(token);
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri($"{options.Api.TrimEnd('/')}/api/v1/access/sign-out"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var response = await http.SendAsync(request, ct);
            return response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.Unauthorized;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private void Forget(string token) => valid.TryRemove(token, out _);
}

internal sealed record RedeemedLogin(string Token, DateTimeOffset ExpiresAt, RedeemedUser User);

internal sealed record RedeemedUser(string Name, string? DisplayName);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RedeemedLogin))]
internal sealed partial class SignInJson : JsonSerializerContext;
