using System.Globalization;

namespace ModelHub.Console.Versions;

/// <summary>What a person says of a version in a form: metrics as <c>auc=0.81 ks=0.4</c>, data versions as <c>risk.applications@1</c>.</summary>
internal sealed record VersionFacts(IReadOnlyList<MetricInput> Metrics, IReadOnlyList<DataVersionInput> Data)
{
    private static readonly char[] between = [' ', ',', '\t', '\n'];

    /// <returns>What cannot be read; null when all can.</returns>
    public static string? Read(string? metrics, string? data, out VersionFacts facts)
    {
        var (read, trainedOn) = (new List<MetricInput>(), new List<DataVersionInput>());
        facts = new(read, trainedOn);
        foreach (var word in Words(metrics))
            if (word.Split('=') is [{ Length: > 0 } name, var number] && double.TryParse(number, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value))
                read.Add(new(name, value));
            else
                return $"“{word}” is no metric: write its name, = and a number, as auc=0.81.";
        foreach (var word in Words(data))
            if (word.Split('@') is [{ Length: > 0 } dataset, var number] && int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var version))
                trainedOn.Add(new(dataset, version));
            else
                return $"“{word}” is no data version: write the dataset, @ and the version's number, as risk.applications@1.";
        return null;
    }

    private static string[] Words(string? text) => (text ?? "").Split(between, StringSplitOptions.RemoveEmptyEntries);
}
