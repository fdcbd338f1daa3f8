using System.Threading.RateLimiting;
using ModelHub.Api.Configuration;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

/// <summary>
/// <c>POST /api/v1/access/login-links/{code}/redeem</c>: a one-time code for a session token. Open to all; what is limited is how
/// often one link is tried. Everybody who signs in at a console comes from the console's address, so a limit by address
/// would let anybody keep all others out.
/// </summary>
internal static class RedeemLoginLink
{
    public const string RateLimit = "redeem";

    /// <summary>Links are counted in so many groups, so that codes somebody makes up cost neither memory nor more than this times the limit in lookups.</summary>
    private const uint Groups = 4096;

    private static readonly TimeSpan SessionLifetime = TimeSpan.FromHours(12);

    public static void AddRateLimit(IServiceCollection services, ApiOptions options)
        => services.AddRateLimiter(limiter =>
        {
            limiter.RejectionStatusCode = StatusCodes.Status429TooManyRequests;
            limiter.AddPolicy(RateLimit, context => GroupOf(context.GetRouteValue("code") as string) is { } group
                ? RateLimitPartition.GetFixedWindowLimiter(
                    group, _ => new FixedWindowRateLimiterOptions { PermitLimit = options.Limits.RedeemsPerMinute, Window = TimeSpan.FromMinutes(1) })
                : RateLimitPartition.GetNoLimiter(Groups));
        });

    public static void Map(WebApplication app)
        => app.MapPost("/api/v1/access/login-links/{code}/redeem", RunAsync).RequireRateLimiting(RateLimit).OpenToAll();

    private static async Task<IResult> RunAsync(string code, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var link = Secret.KeyIdOf(code, LoginLink.CodePrefix) is { } keyId
            ? await db.LoginLinks.Include(l => l.User).SingleOrDefaultAsync(l => l.KeyId == keyId, ct)
            : null;
        if (link is null || link.Redeem(code, now) is not null)
            return Refused();
        var secret = Secrets.New(Secret.TokenPrefix);
        var session = ServiceToken.SignIn(link.User, secret, now + SessionLifetime, now);
        db.ServiceTokens.Add(session);
        await db.BumpAsync(Numbered.Access, ct);
        // The revision of the link judges a race of two: one of them signs in.
        if (await db.CommitAsync(new SignedIn(link.User.Name), Actor.User(link.User.Name), ct) is not null)
            return Refused();
        return TypedResults.Ok(new
        {
            token = secret.Text,
            expiresAt = session.ExpiresAt,
            user = new { name = link.User.Name, displayName = link.User.DisplayName },
        });
    }

    /// <summary>Null for what cannot be a code: it is refused without a look at the database. Which links share a group differs by process.</summary>
    private static uint? GroupOf(string? code) =>
        Secret.KeyIdOf(code, LoginLink.CodePrefix) is { } keyId ? (uint)keyId.GetHashCode(StringComparison.Ordinal) % Groups : null;

    private static IResult Refused() => Problem.Of(StatusCodes.Status401Unauthorized, new LoginLinkInvalid().Message);
}
