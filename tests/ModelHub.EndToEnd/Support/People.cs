using System.Text.Json;
using System.Web;

namespace ModelHub.EndToEnd.Support;

/// <summary>Callers with tokens of their own.</summary>
internal static class People
{
    private static int count;

    /// <summary>A fresh service token with one role everywhere.</summary>
    public static async Task<Graph> WithRoleAsync(this Stack stack, string role, CancellationToken ct) =>
        stack.As(await stack.TokenAsync(role, ct));

    public static async Task<string> TokenAsync(this Stack stack, string role, CancellationToken ct)
    {
        string[] scopes = role == "ADMIN" ? ["READ", "WRITE", "INFER", "ADMIN"] : ["READ", "WRITE", "INFER"];
        var payload = await stack.Admin.ChangeAsync("createServiceToken", new
        {
            name = $"{role.ToLowerInvariant()}-{Interlocked.Increment(ref count)}-{Guid.NewGuid():N}"[..24],
            scopes,
            bindings = new[] { new { role, @namespace = "*", environment = "*" } },
            expiresInDays = 1,
        }, "secret", ct);
        return payload["secret"]!.GetValue<string>();
    }

    /// <summary>A person with one role everywhere, signed in by a one-time link.</summary>
    public static async Task<Graph> PersonAsync(this Stack stack, string role, CancellationToken ct)
    {
        var name = $"{role.ToLowerInvariant()}-{Interlocked.Increment(ref count)}-{Guid.NewGuid():N}"[..24];
        var user = (await stack.Admin.ChangeAsync("createUser", new { name }, "user { id }", ct))["user"]!["id"]!.GetValue<string>();
        await stack.Admin.ChangeAsync("bindRole", new { user, role }, "roleBinding { role }", ct);
        var link = new Uri((await stack.Admin.ChangeAsync("createLoginLink", new { user }, "loginLink { url }", ct))["loginLink"]!["url"]!.GetValue<string>());
        using var http = new HttpClient();
        using var redeemed = await http.PostAsync(new Uri(stack.Api, $"/api/v1/access/login-links/{HttpUtility.ParseQueryString(link.Query)["code"]}/redeem"), null, ct);
        redeemed.EnsureSuccessStatusCode();
        return stack.As((await redeemed.Content.ReadFromJsonAsync<JsonElement>(ct)).GetProperty("token").GetString()!);
    }
}
