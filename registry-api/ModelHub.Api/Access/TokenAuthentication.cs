using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;

namespace ModelHub.Api.Access;

/// <summary><c>Authorization: Bearer mh_…</c> or <c>mhn_…</c>. A refusal never says whether the token was unknown, wrong, revoked or expired.</summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, Callers callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "token";
    private const string Prefix = "Bearer ";

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var header = Request.Headers.Authorization;
        if (header.Count == 0)
            return AuthenticateResult.NoResult();
        if (header.Count > 1 || header[0] is not { } value || !value.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase))
            return AuthenticateResult.Fail("No bearer token.");
        return await callers.FindAsync(Presented(Request), Context.RequestAborted) is { } caller
            ? AuthenticateResult.Success(new AuthenticationTicket(caller.ToClaims(), SchemeName))
            : AuthenticateResult.Fail("The token is not valid.");
    }

    /// <summary>The token of a request that presents one; its form is not judged.</summary>
    public static string Presented(HttpRequest request) => request.Headers.Authorization.ToString() is { Length: > 7 } value ? value[Prefix.Length..].Trim() : "";

    protected override Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        Response.Headers.WWWAuthenticate = "Bearer";
        Response.StatusCode = StatusCodes.Status401Unauthorized;
        return Task.CompletedTask;
    }
}
