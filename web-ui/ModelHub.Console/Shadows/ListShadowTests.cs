using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Shadows;

internal static class ListShadowTests
{
    public static readonly Operation<ListShadowTestsVariables, ListShadowTestsData> Operation = new(
        "ListShadowTests",
        Documents.ListShadowTests,
        GraphJson.Default.GraphRequestListShadowTestsVariables,
        GraphJson.Default.GraphResponseListShadowTestsData);
}

internal sealed record ListShadowTestsVariables(int? First, string? After, int? Last, string? Before);

public sealed record ListShadowTestsData(Connection<ShadowTestRow> ShadowTests);

public sealed record ShadowTestRow(
    string Id, string State, string? Reason, string StartedBy, DateTimeOffset StartedAt, DateTimeOffset? EndedAt, VersionRef Version, VersionNumber Against, ShadowPlace Endpoint, ShadowSum Report);

public sealed record ShadowPlace([property: JsonConverter(typeof(NameOf))] string Environment);

public sealed record ShadowSum(long Compared, double? DifferenceRate);
