using System.Buffers.Text;
using System.Text;

namespace ModelHub.Console.Events;

/// <summary>What an event or a job is about, such as <c>version:risk.credit-scoring@3</c>: in words, and the page that shows it.</summary>
internal static class About
{
    public static string Words(string? subject) => Parts(subject) switch
    {
        ("version" or "data-version", [var name, var number]) => $"{name} v{number}",
        ("endpoint", [var model, var environment]) => $"{model} in {environment}",
        ("promotion", _) => "a promotion",
        ("operation", _) => "a job",
        ("training-run", _) => "a training run",
        ("batch-run", _) => "a batch run",
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
        ("environment", [var name]) => $"/environments/{name}",
        ("promotion", [var id]) => $"/promotions/{GlobalId("Promotion", id)}",
        ("operation", [var id]) => $"/jobs/{GlobalId("Operation", id)}",
        ("training-run", [var id]) => $"/training/runs/{GlobalId("TrainingRun", id)}",
        ("batch-run", [var id]) => $"/batches/{GlobalId("BatchRun", id)}",
        ("bundle-key", _) => "/bundles",
        ("node" or "router", _) => "/nodes",
        ("pipeline", _) => "/training",
        ("webhook", [var name]) => $"/webhooks/{name}",
        ("user" or "token", _) => "/access",
        _ => null,
    };

    private static string GlobalId(string type, string key) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes($"{type}:{key}"));

    private static (string? Kind, string[] Parts) Parts(string? subject)
    {
        var colon = subject?.IndexOf(':', StringComparison.Ordinal) ?? -1;
        return colon < 0 ? (null, []) : (subject![..colon], subject[(colon + 1)..].Split('@', '/'));
    }
}
