namespace ModelHub.Console.Elements;

/// <summary>Who did something, as people say it: <c>user:mara</c> is mara, <c>system:worker</c> is the worker.</summary>
internal static class Who
{
    public static string Words(string? actor) => actor?.Split(':', 2) switch
    {
        null => "unknown",
        ["user", var name] => name,
        ["token", var name] => $"token {name}",
        ["system", var part] => $"the {part}",
        _ => actor,
    };
}
