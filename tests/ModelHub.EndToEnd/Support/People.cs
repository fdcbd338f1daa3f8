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
}
