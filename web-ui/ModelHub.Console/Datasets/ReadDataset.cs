using System.Text.Json;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Datasets;

internal static class ReadDataset
{
    public static readonly Operation<ReadDatasetVariables, ReadDatasetData> Operation = new(
        "ReadDataset",
        Documents.ReadDataset,
        GraphJson.Default.GraphRequestReadDatasetVariables,
        GraphJson.Default.GraphResponseReadDatasetData);
}

internal sealed record ReadDatasetVariables(string Name, int? First, string? After, int? Last, string? Before);

public sealed record ReadDatasetData(DatasetDetail? Dataset);

public sealed record DatasetDetail(
    string Id, string Name, string? Description, DateTimeOffset CreatedAt, long Revision, IReadOnlyList<Tag> Tags, DatasetExpectations? Expectations, Connection<DataVersionRow> Versions);

/// <param name="Document">A list of rules under the name rules, as a file says them.</param>
public sealed record DatasetExpectations(int Number, string CreatedBy, DateTimeOffset CreatedAt, JsonElement Document)
{
    public IEnumerable<ExpectedRule> Rules => Document.GetProperty("rules").EnumerateArray().Select(ExpectedRule.Of);
}

/// <param name="Refuses">Whether a breach refuses the version; else it is flagged.</param>
/// <param name="Words">All else that the rule says, such as <c>column age, min 18, max 120</c>.</param>
public sealed record ExpectedRule(string Name, bool Refuses, string Words)
{
    public static ExpectedRule Of(JsonElement rule) => new(
        rule.GetProperty("rule").GetString()!,
        rule.GetProperty("breach").GetString() == "refuse",
        string.Join(", ", rule.EnumerateObject().Where(field => field.Name is not ("rule" or "breach")).Select(field => $"{field.Name} {Text(field.Value)}")));

    private static string Text(JsonElement value) => value.ValueKind == JsonValueKind.Array ? string.Join(" and ", value.EnumerateArray()) : value.ToString();
}

public sealed record DataVersionRow(
    int Number, string State, string? Digest, long? RowCount, DateTimeOffset CreatedAt, string? CreatedBy,
    IReadOnlyList<DataFile> Files, TotalOnly UsedBy);

/// <param name="Source">Where it was read, as whoever registered it says.</param>
public sealed record DataFile(string Path, long Size, string Digest, string? Source = null);
