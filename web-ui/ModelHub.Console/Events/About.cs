namespace ModelHub.Console.Events;

/// <summary>What an event or a job is about, such as <c>version:risk.credit-scoring@3</c>: in words, and the page that shows it.</summary>
internal static class About
{
    public static string Words(string? subject) => Parts(subject) switch
    {
        ("version" or "data-version", [var name, var number]) => $"{name} v{number}",
        ("endpoint", [var model, var environment]) => $"{model} in {environment}",
        ("promotion" or "operation" or "training-run", _) => "",
        (null, _) => subject ?? "",
        (_, [var name, ..]) => name,
        _ => subject ?? "",
    };

    public static string? Address(string? subject) => Parts(subject) switch
    {
        ("model", [var name]) => $"/models/{name}",
        ("version", [var model, var number]) => $"/models/{model}/versions/{number}",
        ("dataset", [var name]) => $"/datasets/{name}",
        ("data-version", [var dataset, var number]) => $"/datasets/{dataset}/versions/{number}",
        ("endpoint", [var model, var environment]) => $"/endpoints/{environment}/{model}",
        ("node" or "router", _) => "/nodes",
        ("pipeline", _) => "/training",
        ("user" or "token", _) => "/access",
        _ => null,
    };

    private static (string? Kind, string[] Parts) Parts(string? subject)
    {
        var colon = subject?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon < 0 ? (null, []) : (subject![..colon], subject[(colon + 1)..].Split('@', '/'));
    }
}
