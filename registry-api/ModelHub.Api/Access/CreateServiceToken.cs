namespace ModelHub.Api.Access;

internal sealed record GrantInput(Role Role, string Namespace = Grant.Any, string Environment = Grant.Any);

/// <param name="Limit">How often it may call a model, per router; left out: as often as it likes.</param>
internal sealed record CreateServiceTokenInput(
    string Name, IReadOnlyList<TokenScope> Scopes, IReadOnlyList<GrantInput>? Bindings, RateLimitInput? Limit, int ExpiresInDays = 90, string? IdempotencyKey = null);

/// <param name="Secret">The token itself. It is not stored and not shown again.</param>
internal sealed record CreateServiceTokenPayload(ServiceToken ServiceToken, string Secret);

[MutationType]
internal static class CreateServiceToken
{
    private const int MaxBindings = 50;

    /// <summary>Makes a token for a program. Its secret is shown once and stored nowhere: a replay under the same idempotency key is told that the token was made.</summary>
    [Authorize(nameof(Permission.Administer))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(NameTaken))]
    [Error(typeof(SecretAlreadyShown))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<CreateServiceTokenPayload, Refusal>> CreateServiceTokenAsync(
        CreateServiceTokenInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceShownAsync(caller, nameof(CreateServiceToken), input, input.IdempotencyKey, made => made.ServiceToken.Name, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<CreateServiceTokenPayload>> RunAsync(CreateServiceTokenInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        var grants = (input.Bindings ?? []).Select(b => new Grant(b.Role, b.Namespace, b.Environment)).Distinct().ToList();
        if (grants.Count > MaxBindings)
            return new InvalidInput("bindings", $"at most {MaxBindings}");
        if (input.ExpiresInDays is < 1 or > ServiceToken.MaxDays)
            return new InvalidInput("expiresInDays", $"1 to {ServiceToken.MaxDays}");
        return await IssueToken.RunAsync(
            db, input.Name, input.Scopes, grants, input.Limit?.Limit(), TimeSpan.FromDays(input.ExpiresInDays), caller.Actor, time.GetUtcNow(), ct);
    }
}
