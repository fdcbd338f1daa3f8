using System.Globalization;
using System.Security.Claims;

namespace ModelHub.Api.Access;

/// <summary>Who is calling, as the token told; handed to routes and resolvers that ask for it.</summary>
/// <param name="Id">Of the user, service token, node or router.</param>
/// <param name="KeyId">The public part of the token that was presented, with its prefix.</param>
internal sealed record Caller(Principal Principal, Guid Id, DateTimeOffset ExpiresAt, string KeyId)
{
    public Actor Actor => Principal.Actor;

    /// <summary>Routes are authorised before they bind, so there is always one here.</summary>
    public static ValueTask<Caller> BindAsync(HttpContext context) => new(Of(context.User));

    public static Caller Of(ClaimsPrincipal user) => Find(user) ?? throw new InvalidOperationException("The request was let through without a caller.");

    public static Caller? Find(ClaimsPrincipal user) => (user.Identity as CallerIdentity)?.Caller;

    public bool May(Permission permission, Place place) => Permits.To(Principal, permission, place);

    public IReadOnlyList<Role> RolesAt(Place place) => Permits.RolesAt(Principal, place);

    public ClaimsPrincipal ToClaims() => new(new CallerIdentity(this));
}

internal sealed class CallerIdentity(Caller caller) : ClaimsIdentity(ClaimsOf(caller), TokenAuthentication.SchemeName)
{
    public Caller Caller { get; } = caller;

    private static IEnumerable<Claim> ClaimsOf(Caller caller)
    {
        yield return new Claim(ClaimTypes.NameIdentifier, caller.Actor.Value);
        yield return new Claim(ClaimTypes.Name, caller.Actor.Value);
        // Seconds since 1970, as in RFC 7519: what is opened with the token ends with it.
        if (caller.ExpiresAt < DateTimeOffset.MaxValue)
            yield return new Claim("exp", caller.ExpiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture), ClaimValueTypes.Integer64);
    }
}
