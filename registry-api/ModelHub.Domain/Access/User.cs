using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Access;

public readonly record struct UserId(Guid Value) : IId<UserId>
{
    public static UserId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static UserId From(Guid value) => new(value);
}

public sealed record UserNotFound(string User)
    : Refusal($"There is no user {User}.");

public sealed class User : IRevisioned
{
    private User()
    {
    }

    public UserId Id { get; private set; }

    public string Name { get; private set; } = "";

    public string DisplayName { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public long Revision { get; private set; }

    public static Result<User> Create(string name, string? displayName, DateTimeOffset now)
    {
        var refusal = EntityName.Parse("name", name).Refusal ?? Texts.Longer("displayName", displayName, Limits.Name);
        return refusal is not null
            ? refusal
            : new User { Id = UserId.New(now), Name = name, DisplayName = displayName ?? name, CreatedAt = now };
    }
}
