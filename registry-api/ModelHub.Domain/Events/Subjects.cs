using System.Globalization;

namespace ModelHub.Domain.Events;

/// <summary>The one form in which events and operations name what they are about.</summary>
public static class Subjects
{
    public static string Model(string model) => $"model:{model}";

    public static string Version(string model, int version) => string.Create(CultureInfo.InvariantCulture, $"version:{model}@{version}");

    public static string Dataset(string dataset) => $"dataset:{dataset}";

    public static string DataVersion(string dataset, int version) => string.Create(CultureInfo.InvariantCulture, $"data-version:{dataset}@{version}");

    public static string Environment(string environment) => $"environment:{environment}";

    public static string Endpoint(string model, string environment) => $"endpoint:{model}/{environment}";

    public static string Node(string name) => $"node:{name}";

    public static string Router(string name) => $"router:{name}";

    public static string Pipeline(string name) => $"pipeline:{name}";

    public static string TrainingRun(Guid id) => $"training-run:{id}";

    public static string BatchRun(Guid id) => $"batch-run:{id}";

    public static string Promotion(Guid id) => $"promotion:{id}";

    public static string Operation(Guid id) => $"operation:{id}";

    public static string User(string name) => $"user:{name}";

    public static string Token(string name) => $"token:{name}";

    public static string Webhook(string name) => $"webhook:{name}";

    public static string AlertRule(string name) => $"alert-rule:{name}";

    public static string Silence(Guid id) => $"silence:{id}";

    public const string Artifacts = "artifacts";

    public static string BundleKey(string name) => $"bundle-key:{name}";
}
