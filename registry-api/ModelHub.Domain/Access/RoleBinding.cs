using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Access;

public readonly record struct RoleBindingId(Guid Value) : IId<RoleBindingId>
{
    public static RoleBindingId New(DateTimeOffset now) => new(Guid.CreateVersion7(now));

    public static RoleBindingId From(Guid value) => new(value);
}

/// <param name="Namespace"><c>*</c>, or a prefix of model names by whole parts.</param>
/// <param name="Environment"><c>*</c>, or a name.</param>
public sealed record Grant(Role Role, string Namespace, string Environment)
{
    public const string Any = "*";

    public Refusal? Check() =>
        (Namespace == Any ? null : EntityName.Parse("namespace", Namespace).Refusal)
        ?? (Environment == Any ? null : EntityName.NotASimpleName("environment", Environment));
}

/// <summary>A grant held by a user or by a service token, never by both.</summary>
public sealed class RoleBinding
{
    private RoleBinding()
    {
    }

    public RoleBindingId Id { get; private set; }

    public UserId? UserId { get; private set; }

    public ServiceTokenId? TokenId { get; private set; }

    public Role Role { get; private set; }

    public string Namespace { get; private set; } = Grant.Any;

    public string Environment { get; private set; } = Grant.Any;

    public string CreatedBy { get; private set; } = "";

    public DateTimeOffset CreatedAt { get; private set; }

    public Grant Grant => new(Role, Namespace, Environment);

    public static Result<RoleBinding> Bind(UserId user, Grant grant, Actor actor, DateTimeOffset now) => Bind(user, null, grant, actor, now);

    public static Result<RoleBinding> Bind(ServiceTokenId token, Grant grant, Actor actor, DateTimeOffset now) => Bind(null, token, grant, actor, now);

    private static Result<RoleBinding> Bind(UserId? user, ServiceTokenId? token, Grant grant, Actor actor, DateTimeOffset now)
    {
        if (grant.Check() is { } refusal)
            return refusal;

        return new RoleBinding
        {
            Id = RoleBindingId.New(now),
            UserId = user,
            TokenId = token,
            Role = grant.Role,
            Namespace = grant.Namespace,
            Environment = grant.Environment,
            CreatedBy = actor.Value,
            CreatedAt = now,
        };
    }
}
