using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.AspNetCore.Components.Server;

namespace ModelHub.Console.SignIn;

/// <summary>A circuit keeps its principal as long as the page is open, so the token behind it is asked about again and again.</summary>
internal sealed class RevalidateSession(ILoggerFactory loggers, AccessGate gate) : RevalidatingServerAuthenticationStateProvider(loggers)
{
    protected override TimeSpan RevalidationInterval => TimeSpan.FromSeconds(20);

    protected override async Task<bool> ValidateAuthenticationStateAsync(AuthenticationState authenticationState, CancellationToken cancellationToken) =>
        authenticationState.User.FindFirst(Session.TokenClaim)?.Value is { } token && await gate.StillValidAsync(token, cancellationToken);
}
