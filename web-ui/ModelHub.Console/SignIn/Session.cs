using System.Security.Claims;
using Microsoft.AspNetCore.Components.Authorization;

namespace ModelHub.Console.SignIn;

/// <summary>Who is signed in on this circuit or request, with the token that the api gave them.</summary>
internal sealed class Session(AuthenticationStateProvider authentication)
{
    public const string TokenClaim = "modelhub:token";

    public async ValueTask<string?> TokenAsync() => (await PrincipalAsync()).FindFirstValue(TokenClaim);

    public async ValueTask<string> NameAsync() => (await PrincipalAsync()).Identity?.Name ?? "";

    private async ValueTask<ClaimsPrincipal> PrincipalAsync() => (await authentication.GetAuthenticationStateAsync()).User;
}
