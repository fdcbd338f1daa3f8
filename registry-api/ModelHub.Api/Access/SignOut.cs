using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

/// <summary><c>POST /api/v1/access/sign-out</c>: ends the console session whose token is presented. Other tokens are revoked by an administrator.</summary>
internal static class SignOut
{
    public static void Map(WebApplication app) => app.MapPost("/api/v1/access/sign-out", RunAsync).NeedsToken();

    private static async Task<IResult> RunAsync(HttpRequest request, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        var keyId = Secret.KeyIdOf(TokenAuthentication.Presented(request), Secret.TokenPrefix);
        if (await db.ServiceTokens.Include(t => t.User).SingleOrDefaultAsync(t => t.KeyId == keyId && t.Kind == TokenKind.Session, ct) is not { User: { } user } session)
            return Problem.Of(StatusCodes.Status403Forbidden, "Forbidden");
        session.Revoke(time.GetUtcNow());
        await db.BumpAsync(Numbered.Access, ct);
        // Two sign-outs at once both want the same; the slower one finds it done.
        await db.CommitAsync(new SignedOut(user.Name), caller.Actor, ct);
        return TypedResults.NoContent();
    }
}
