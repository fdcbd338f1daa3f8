namespace ModelHub.Domain.Basics;

/// <summary>
/// A name: one or more dot-separated parts of <c>[a-z0-9][a-z0-9_-]*</c>, at most 200 characters.
/// Models, datasets and pipelines are named so; the part before the last dot is the namespace that scopes access.
/// </summary>
public readonly record struct EntityName
{
    private EntityName(string value) => Value = value;

    public string Value { get; }

    /// <summary><c>risk.credit-scoring</c> → <c>risk</c>; a name of one part has the empty namespace.</summary>
    public string Namespace => Value.LastIndexOf('.') is var dot and >= 0 ? Value[..dot] : "";

    public override string ToString() => Value;

    public static Result<EntityName> Parse(string field, string? text)
    {
        if (string.IsNullOrEmpty(text) || text.Length > Limits.Name || !text.Split('.').All(IsPart))
            return new InvalidInput(field, $"dot-separated parts of [a-z0-9][a-z0-9_-]*, at most {Limits.Name} characters");
        return new EntityName(text);
    }

    /// <summary>A name of exactly one part: environments, aliases, checks, users.</summary>
    public static Refusal? NotASimpleName(string field, string? text) =>
        text is { Length: > 0 and <= Limits.Name } && IsPart(text)
            ? null
            : new InvalidInput(field, $"[a-z0-9][a-z0-9_-]*, at most {Limits.Name} characters");

    private static bool IsPart(string part) =>
        part.Length > 0 && IsLetterOrDigit(part[0]) && part.All(c => IsLetterOrDigit(c) || c is '_' or '-');

    private static bool IsLetterOrDigit(char c) => c is (>= 'a' and <= 'z') or (>= '0' and <= '9');
}
