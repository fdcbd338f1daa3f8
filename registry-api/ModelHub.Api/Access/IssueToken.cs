using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

internal static class IssueToken
{
    public static async Task<Result<CreateServiceTokenPayload>> RunAsync(
        ModelHubDb db, string name, IReadOnlyList<TokenScope> scopes, IReadOnlyList<Grant> grants, RateLimit? limit, TimeSpan lifetime, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var secret = Secrets.New(Secret.TokenPrefix);
        if (ServiceToken.Issue(name, secret, scopes, limit, actor, now + lifetime, now).IsRefused(out var refusal, out var token))
            return refusal;
        db.ServiceTokens.Add(token);
        foreach (var grant in grants)
        {
            if (RoleBinding.Bind(token.Id, grant, actor, now).IsRefused(out refusal, out var binding))
                return refusal;
            db.RoleBindings.Add(binding);
        }
        await db.BumpAsync(Numbered.Access, ct);
        return await db.CommitAsync(new TokenIssued(name, token.Scopes, token.ExpiresAt), actor, ct) is { } taken
            ? taken
            : new CreateServiceTokenPayload(token, secret.Text);
    }
}
