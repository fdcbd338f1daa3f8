using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Access;

public readonly record struct ServiceTokenId(Guid Value) : IId<ServiceTokenId>
{
    public static ServiceTokenId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static ServiceTokenId From(Guid value) => new(value);
}

public sealed record ServiceTokenNotFound()
    : Refusal("There is no such service token.");

/// <summary>A secret that a program or a console session presents. Only its hash is stored.</summary>
public sealed class ServiceToken : IRevisioned
{
    public const int MaxDays = 366;

    private ServiceToken()
    {
    }

    public ServiceTokenId Id { get; private set; }

    public TokenKind Kind { get; private set; }

    public string Name { get; private set; } = "";

    /// <summary>The public part, by which it is looked up.</summary>
    public string KeyId { get; private set; } = "";

    /// <summary>SHA-256 of the whole secret's UTF-8 bytes.</summary>
    public byte[] Hash { get; private set; } = [];

    public IReadOnlyList<TokenScope> Scopes { get; private set; } = [];

    /// <summary>Whose session it is; null for a service token.</summary>
    public UserId? UserId { get; private set; }

    public User? User { get; private set; }

    public string CreatedBy { get; private set; } = "";

    /// <summary>Who answers for what is done with it: the person at the end of the chain of who made it; itself when no person stands there.</summary>
    public string Person { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public DateTimeOffset ExpiresAt { get; private set; }

    public DateTimeOffset? RevokedAt { get; private set; }

    /// <summary>How often it may call a model, per router; null: as often as it likes.</summary>
    public RateLimit? Limit { get; private set; }

    /// <summary>When it was last presented to the API, to within seconds; what it calls through routers does not count.</summary>
    public DateTimeOffset? LastUsedAt { get; private set; }

    public long Revision { get; private set; }

    /// <summary>A token for a program. Without scopes it could do nothing, so they are asked for.</summary>
    public static Result<ServiceToken> Issue(
        string name, Secret secret, IReadOnlyList<TokenScope> scopes, RateLimit? limit, Actor actor, DateTimeOffset expiresAt, DateTimeOffset now)
    {
        if (EntityName.Parse("name", name).Refusal is { } refusal)
            return refusal;
        if (scopes.Count == 0)
            return new InvalidInput("scopes", "at least one");
        if (expiresAt <= now || expiresAt > now.AddDays(MaxDays))
            return new InvalidInput("expiresInDays", $"1 to {MaxDays}");
        if (limit?.Check("limit") is { } outOfBounds)
            return outOfBounds;

        var token = New(TokenKind.Service, name, secret, scopes, null, actor, expiresAt, now);
        token.Limit = limit;
        return token;
    }

    /// <summary>A console session: all scopes, cut by the roles of its user.</summary>
    public static ServiceToken SignIn(User user, Secret secret, DateTimeOffset expiresAt, DateTimeOffset now) =>
        New(TokenKind.Session, user.Name, secret, Enum.GetValues<TokenScope>(), user.Id, Actor.User(user.Name), expiresAt, now);

    /// <summary>A worker's own token, to move artifacts through the API.</summary>
    public static ServiceToken ForWorker(string name, Secret secret, DateTimeOffset expiresAt, DateTimeOffset now) =>
        New(TokenKind.Worker, name, secret, [TokenScope.Read, TokenScope.Write], null, Actor.System("worker"), expiresAt, now);

    public bool IsValid(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;

    public void Revoke(DateTimeOffset now) => RevokedAt ??= now;

    public void Renew(DateTimeOffset expiresAt) => ExpiresAt = expiresAt;

    private static ServiceToken New(
        TokenKind kind, string name, Secret secret, IReadOnlyList<TokenScope> scopes, UserId? user, Actor actor, DateTimeOffset expiresAt, DateTimeOffset now) =>
        new()
        {
            Id = ServiceTokenId.New(now),
            Kind = kind,
            Name = name,
            KeyId = secret.KeyId,
            Hash = secret.Hash,
            Scopes = [.. scopes.Distinct()],
            UserId = user,
            CreatedBy = actor.Value,
            Person = actor.IsForPerson ? actor.Person : Actor.Token(name).Value,
            CreatedAt = now,
            ExpiresAt = expiresAt,
        };
}
