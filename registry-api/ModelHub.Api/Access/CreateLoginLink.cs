using ModelHub.Api.Configuration;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Access;

/// <param name="User">Id or name.</param>
internal sealed record CreateLoginLinkInput([property: ID] string User);

/// <summary>A one-time way into the console. Hand it to the person; it is not shown again.</summary>
internal sealed record LoginLinkView(string Url, DateTimeOffset ExpiresAt);

[ObjectType<LoginLinkView>(Name = "LoginLink")]
[Authorize(nameof(Permission.Administer))]
internal static class LoginLinkFields;

[MutationType]
internal static class CreateLoginLink
{
    /// <summary>Makes a one-time login link for a person. It takes no idempotency key: a secret cannot be shown twice, and a spare link expires.</summary>
    [Authorize(nameof(Permission.Administer))]
    [PayloadField("loginLink")]
    [Error(typeof(UserNotFound))]
    public static async Task<MutationResult<LoginLinkView, Refusal>> CreateLoginLinkAsync(
        CreateLoginLinkInput input, Caller caller, ModelHubDb db, ApiOptions options, TimeProvider time, CancellationToken ct)
    {
        if (!caller.May(Permission.Administer, Place.Everywhere))
            return Once.Shown(new NotPermitted());
        if (await db.FindUserAsync(input.User, ct) is not { } user)
            return new UserNotFound(input.User);
        var now = time.GetUtcNow();
        var code = Secrets.New(LoginLink.CodePrefix);
        var link = LoginLink.Create(user.Id, code, caller.Actor, now + options.LoginLinkLifetime, now);
        db.LoginLinks.Add(link);
        if (await db.CommitAsync(new LoginLinkCreated(user.Name, link.ExpiresAt), caller.Actor, ct) is { } refusal)
            return refusal;
        return new LoginLinkView($"{options.PublicUrls.Console}/login?code={code.Text}", link.ExpiresAt);
    }
}
