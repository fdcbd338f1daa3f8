namespace ModelHub.Domain.Basics;

public sealed record Tag(string Key, string Value)
{
    /// <summary>Null, or why these tags cannot stand together on one thing.</summary>
    public static Refusal? Check(IReadOnlyCollection<Tag> tags)
    {
        if (tags.Count > Limits.Tags)
            return new InvalidInput("tags", $"at most {Limits.Tags}");
        if (tags.Any(t => t.Key.Length is 0 or > Limits.TagKey))
            return new InvalidInput("tags.key", $"1 to {Limits.TagKey} characters");
        if (tags.Any(t => t.Value.Length > Limits.TagValue))
            return new InvalidInput("tags.value", $"at most {Limits.TagValue} characters");
        if (tags.Any(t => t.Key.Contains('\0', StringComparison.Ordinal) || t.Value.Contains('\0', StringComparison.Ordinal)))
            return new InvalidInput("tags", "no NUL character");
        return tags.Select(t => t.Key).Distinct(StringComparer.Ordinal).Count() == tags.Count
            ? null
            : new InvalidInput("tags.key", "each key once");
    }

    /// <summary>Makes <paramref name="present"/> equal to <paramref name="wanted"/>, leaving equal tags untouched so that only the difference is written.</summary>
    public static void Replace(List<Tag> present, IReadOnlyCollection<Tag> wanted)
    {
        present.RemoveAll(t => !wanted.Contains(t));
        present.AddRange(wanted.Except(present).Select(t => new Tag(t.Key, t.Value)).ToList());
    }
}
