namespace ModelHub.Console.Elements;

/// <summary>Who did something, as people say it: <c>user:mara</c> is mara, <c>system:worker</c> is the worker.</summary>
internal static class Who
{
    public static string Words(string? actor) => actor?.Split(':', 2) switch
    {
        null => "unknown",
        ["user", var name] => name,
        // Each start of a stack makes itself one, named by the moment.
        ["token", var name] when name.StartsWith("bootstrap-", StringComparison.Ordinal) && name.AsSpan(10).IndexOfAnyExceptInRange('0', '9') < 0 => "the administrator's token",
        ["token", var name] => $"token {name}",
        ["system", var part] => $"the {part}",
        _ => actor,
    };
}
