using ModelHub.Console.Graph;

namespace ModelHub.Console.Versions;

internal static class CompareVersions
{
    public static readonly Operation<CompareVersionsVariables, CompareVersionsData> Operation = new(
        "CompareVersions",
        Documents.CompareVersions,
        GraphJson.Default.GraphRequestCompareVersionsVariables,
        GraphJson.Default.GraphResponseCompareVersionsData);
}

internal sealed record CompareVersionsVariables(string Model, NumbersFilter Where);

internal sealed record NumbersFilter(OneOf Number);

internal sealed record OneOf(IReadOnlyList<int> In);

public sealed record CompareVersionsData(ComparedModel? Model);

public sealed record ComparedModel(string Name, Nodes<ComparedVersion> Versions);

public sealed record ComparedVersion(
    int Number, string State, string? Format, long? Size, string? Commit, DateTimeOffset CreatedAt, string? CreatedBy, IReadOnlyList<Metric> Metrics,
    IReadOnlyList<Parameter> Parameters, Signature? Signature, IReadOnlyList<VersionData> DataVersions, IReadOnlyList<NameOnly> Aliases);
