namespace ModelHub.Domain.Access;

/// <summary>Who did it, as written in every event: <c>user:ada</c>, <c>token:ci</c>, <c>system:worker</c>.</summary>
public readonly record struct Actor(string Value)
{
    public static Actor User(string name) => new($"user:{name}");

    public static Actor Token(string name) => new($"token:{name}");

    /// <summary>One of our own processes, acting on a rule and not for a person.</summary>
    public static Actor System(string part) => new($"system:{part}");

    public override string ToString() => Value;
}
