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
    IReadOnlyList<DataFile> Files, IReadOnlyList<DataColumn>? Schema, DataProfile? Profile, Connection<VersionRef> UsedBy, IReadOnlyList<VersionRef> LiveVersions,
    IReadOnlyList<RuleOutcome> Outcomes, ExpectationsNumber? Expectations);

public sealed record DataColumn(string Name, string Type, bool Nullable);

public sealed record DataProfile(long RowCount, bool Approximate, IReadOnlyList<ColumnProfile> Columns);

public sealed record ExpectationsNumber(int Number);

/// <summary>What became of one rule.</summary>
public sealed record RuleOutcome(string Rule, IReadOnlyList<string> Columns, string Breach, bool Held, long Breaches, string Says, IReadOnlyList<ExampleRow> Examples)
{
    public string Verdict => (Held, Breach) switch { (true, _) => "PASS", (_, "REFUSE") => "FAIL", _ => "FLAGGED" };
}

/// <param name="Row">From 1; nothing where the files do not number them.</param>
/// <param name="Count">How many rows are like it.</param>
public sealed record ExampleRow(long? Row, long Count, IReadOnlyDictionary<string, string?> Values);

public sealed record ColumnProfile(
    string Name, string Type, long Count, long Nulls, long? Distinct, string? Min, string? Max, double? Mean, double? Std,
    IReadOnlyList<Quantile>? Quantiles, IReadOnlyList<Bin>? Histogram, IReadOnlyList<TopValue>? TopValues);

public sealed record Quantile(double P, double Value);

public sealed record Bin(double From, double To, long Count);

public sealed record TopValue(string? Value, long Count);
