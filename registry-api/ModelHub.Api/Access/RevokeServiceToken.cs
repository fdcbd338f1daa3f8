using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

internal sealed record RevokeServiceTokenInput([property: ID<ServiceToken>] ServiceTokenId Id, string? IdempotencyKey);

[MutationType]
internal static class RevokeServiceToken
{
    /// <summary>Ends a token, for good and everywhere.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(ServiceTokenNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<ServiceToken, Refusal>> RevokeServiceTokenAsync(
        RevokeServiceTokenInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RevokeServiceToken), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<ServiceToken>> RunAsync(RevokeServiceTokenInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.ServiceTokens.SingleOrDefaultAsync(t => t.Id == input.Id && t.Kind == TokenKind.Service, ct) is not { } token)
            return new ServiceTokenNotFound();
        token.Revoke(time.GetUtcNow());
        await db.BumpAsync(Numbered.Access, ct);
        return await db.CommitAsync(new TokenRevoked(token.Name), caller.Actor, ct) is { } refusal ? refusal : token;
    }
}
