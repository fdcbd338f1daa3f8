using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Access;

public readonly record struct LoginLinkId(Guid Value) : IId<LoginLinkId>
{
    public static LoginLinkId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static LoginLinkId From(Guid value) => new(value);
}

/// <summary>Says no more than that: unknown, used and expired look the same from outside.</summary>
public sealed record LoginLinkInvalid()
    : Refusal("The login link is not valid.");

/// <summary>A one-time way in. The code has the form of a <see cref="Secret"/>; only its hash is stored.</summary>
public sealed class LoginLink : IRevisioned
{
    public const string CodePrefix = "mhl_";

    private LoginLink()
    {
    }

    public LoginLinkId Id { get; private set; }

    public UserId UserId { get; private set; }

    public User User { get; private set; } = null!;

    public string KeyId { get; private set; } = "";

    public byte[] Hash { get; private set; } = [];

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RedeemedAt { get; private set; }

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public long Revision { get; private set; }

    public static LoginLink Create(UserId user, Secret code, Actor actor, DateTimeOffset expiresAt, DateTimeOffset now) =>
        new() { Id = LoginLinkId.New(now), UserId = user, KeyId = code.KeyId, Hash = code.Hash, ExpiresAt = expiresAt, CreatedBy = actor.Value, CreatedAt = now };

    public Refusal? Redeem(string code, DateTimeOffset now)
    {
        if (!Secret.Matches(code, Hash) || RedeemedAt is not null || now >= ExpiresAt)
            return new LoginLinkInvalid();

        RedeemedAt = now;
        return null;
    }
}
