using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Versions;

internal static class ReadVersion
{
    public static readonly Operation<ReadVersionVariables, ReadVersionData> Operation = new(
        "ReadVersion",
        Documents.ReadVersion,
        GraphJson.Default.GraphRequestReadVersionVariables,
        GraphJson.Default.GraphResponseReadVersionData);
}

internal sealed record ReadVersionVariables(string Model, int Version);

public sealed record ReadVersionData(VersionDetail? Version);

public sealed record VersionDetail(
    string Id, [property: JsonConverter(typeof(NameOf))] string Model, int Number, string State, string? Failure, string? Format, string? Digest, long? Size, string? Card,
    string? Commit, string? RunUrl, string? CiUrl, string? CreatedBy, DateTimeOffset CreatedAt, long Revision,
    IReadOnlyList<Tag> Tags, IReadOnlyList<Metric> Metrics, IReadOnlyList<Parameter> Parameters, Artifact? Artifact, Signature? Signature,
    VersionRef? Parent, IReadOnlyList<VersionData> DataVersions, VersionRun? TrainingRun, IReadOnlyList<Check> Checks,
    IReadOnlyList<NameOnly> Aliases, IReadOnlyList<VersionEndpoint> Endpoints, Nodes<VersionPromotion> Promotions, Nodes<VersionImportance> Importances);

public sealed record Artifact(string Digest, long Size, IReadOnlyList<ArtifactFile> Files, ArtifactScan? Scan);

public sealed record ArtifactFile(string Path, long Size, string Digest);

public sealed record ArtifactScan(string Verdict, IReadOnlyList<string> Findings);

public sealed record Signature(IReadOnlyList<TensorSpec> Inputs, IReadOnlyList<TensorSpec> Outputs);

/// <summary>One input or output; -1 in the shape is any size.</summary>
public sealed record TensorSpec(string Name, string Datatype, IReadOnlyList<long> Shape, IReadOnlyList<string>? Labels, string Kind);

public sealed record VersionData([property: JsonConverter(typeof(NameOf))] string Dataset, int Number, long? RowCount);

public sealed record VersionRun(string Id, [property: JsonConverter(typeof(NameOf))] string Pipeline, string State, DateTimeOffset? StartedAt, DateTimeOffset? EndedAt);

public sealed record Check(string Name, string State, string? Link, string? PostedBy, DateTimeOffset PostedAt);

public sealed record VersionEndpoint([property: JsonConverter(typeof(NameOf))] string Environment, IReadOnlyList<VersionEndpointVariant> Variants);

public sealed record VersionEndpointVariant([property: JsonConverter(typeof(NumberOf))] int Version, string Role, double? Weight);

/// <param name="DataVersion">Null when the reader may not see it.</param>
public sealed record VersionImportance(
    string Id, bool IsOfOwnData, DateTimeOffset RequestedAt, VersionDataName? DataVersion, ImportanceOperation Operation, ImportanceSettings Settings, ImportanceResult? Result);

public sealed record VersionDataName([property: JsonConverter(typeof(NameOf))] string Dataset, int Number);

public sealed record ImportanceOperation(string State, double Progress, string? Failure);

public sealed record ImportanceSettings(int Repeats);

public sealed record ImportanceResult(string Metric, double Baseline, int Rows, long RowsWithLabel, IReadOnlyList<ColumnImportance> Columns);

/// <param name="Drop">How much worse without what the column tells; positive is worse.</param>
public sealed record ColumnImportance(string Column, double Drop, double? StandardError, int Rank);

public sealed record VersionPromotion(string Id, [property: JsonConverter(typeof(NameOf))] string Environment, string State, string? RequestedBy, DateTimeOffset RequestedAt, double? TimeToLiveMs);
