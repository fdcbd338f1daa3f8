using ModelHub.Api.Configuration;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

/// <param name="User">Id or name.</param>
internal sealed record CreateLoginLinkInput([property: ID] string User, string? IdempotencyKey);

/// <summary>A one-time way into the console. Hand it to the person; it is not shown again.</summary>
internal sealed record LoginLinkView(string Url, DateTimeOffset ExpiresAt);

[ObjectType<LoginLinkView>(Name = "LoginLink")]
[Authorize(nameof(Permission.Administer))]
internal static class LoginLinkFields;

[MutationType]
internal static class CreateLoginLink
{
    /// <summary>Makes a one-time login link for a person. It is shown once and stored nowhere: a replay under the same idempotency key is told that it was made.</summary>
    [Authorize(nameof(Permission.Administer))]
    [PayloadField("loginLink")]
    [Error(typeof(UserNotFound))]
    [Error(typeof(SecretAlreadyShown))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<LoginLinkView, Refusal>> CreateLoginLinkAsync(
        CreateLoginLinkInput input, Caller caller, ModelHubDb db, ApiOptions options, TimeProvider time, CancellationToken ct)
        => db.OnceShownAsync(
            caller, nameof(CreateLoginLink), input, input.IdempotencyKey, _ => $"the login link of {input.User}", () => RunAsync(input.User, caller, db, options, time, ct), ct);

    private static async Task<Result<LoginLinkView>> RunAsync(string who, Caller caller, ModelHubDb db, ApiOptions options, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return new NotPermitted();
        if (await db.FindUserAsync(who, ct) is not { } user)
            return new UserNotFound(who);
        var now = time.GetUtcNow();
        var code = Secrets.New(LoginLink.CodePrefix);
        var link = LoginLink.Create(user.Id, code, caller.Actor, now + options.LoginLinkLifetime, now);
        db.LoginLinks.Add(link);
        if (await db.CommitAsync(new LoginLinkCreated(user.Name, link.ExpiresAt), caller.Actor, ct) is { } refusal)
            return refusal;
        return new LoginLinkView($"{options.PublicUrls.Console}/login?code={code.Text}", link.ExpiresAt);
    }
}
