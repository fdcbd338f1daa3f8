namespace ModelHub.Domain.Access;

/// <summary>Who did it, as written in every event: <c>user:ada</c>, <c>token:ci</c>, <c>system:worker</c>.</summary>
/// <param name="MadeBy">For a token: the person who made it, or who made the token that made it. Null: it stands for itself.</param>
public readonly record struct Actor(string Value, string? MadeBy = null)
{
    /// <summary>Who answers for what it does: where duties are separate, a token counts as the person who made it.</summary>
    public string Person => MadeBy ?? Value;

    /// <summary>Whether somebody who signed in answers for it, at whatever remove.</summary>
    public bool IsForPerson => Person.StartsWith(UserPrefix, StringComparison.Ordinal);

    public static Actor User(string name) => new(UserPrefix + name);

    public static Actor Token(string name, string? madeBy = null) => new($"token:{name}", madeBy);

    /// <summary>One of our own processes, acting on a rule and not for a person.</summary>
    public static Actor System(string part) => new($"system:{part}");

    private const string UserPrefix = "user:";

    public override string ToString() => Value;
}
