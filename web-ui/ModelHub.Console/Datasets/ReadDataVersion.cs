using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Datasets;

internal static class ReadDataVersion
{
    public static readonly Operation<ReadDataVersionVariables, ReadDataVersionData> Operation = new(
        "ReadDataVersion",
        Documents.ReadDataVersion,
        GraphJson.Default.GraphRequestReadDataVersionVariables,
        GraphJson.Default.GraphResponseReadDataVersionData);
}

internal sealed record ReadDataVersionVariables(string Dataset, int Version);

public sealed record ReadDataVersionData(DataVersionDetail? DataVersion);

public sealed record DataVersionDetail(
    string Id, [property: JsonConverter(typeof(NameOf))] string Dataset, int Number, string State, string? Failure, string? Digest, long? RowCount, DateTimeOffset CreatedAt, string? CreatedBy,
    IReadOnlyList<DataFile> Files, IReadOnlyList<DataColumn>? Schema, DataProfile? Profile, Connection<VersionRef> UsedBy, IReadOnlyList<VersionRef> LiveVersions);

public sealed record DataColumn(string Name, string Type, bool Nullable);

public sealed record DataProfile(long RowCount, IReadOnlyList<ColumnProfile> Columns);

public sealed record ColumnProfile(
    string Name, string Type, long Count, long Nulls, long? Distinct, string? Min, string? Max, double? Mean, double? Std,
    IReadOnlyList<Quantile>? Quantiles, IReadOnlyList<Bin>? Histogram, IReadOnlyList<TopValue>? TopValues);

public sealed record Quantile(double P, double Value);

public sealed record Bin(double From, double To, long Count);

public sealed record TopValue(string? Value, long Count);
