using System.Text.Json.Serialization;
using ModelHub.Console.Graph;

namespace ModelHub.Console.Experiments;

internal static class ListExperiments
{
    public static readonly Operation<ListExperimentsVariables, ListExperimentsData> Operation = new(
        "ListExperiments",
        Documents.ListExperiments,
        GraphJson.Default.GraphRequestListExperimentsVariables,
        GraphJson.Default.GraphResponseListExperimentsData);
}

internal sealed record ListExperimentsVariables(int? First, string? After, int? Last, string? Before);

public sealed record ListExperimentsData(Connection<ExperimentRow> Experiments);

public sealed record ExperimentRow(
    string Id, string State, string? Reason, string StartedBy, DateTimeOffset StartedAt, ExperimentPlace Endpoint, IReadOnlyList<ExperimentVersion> Arms, ExperimentWinnerName? Winner);

public sealed record ExperimentPlace([property: JsonConverter(typeof(NameOf))] string Model, [property: JsonConverter(typeof(NameOf))] string Environment);

public sealed record ExperimentVersion(string Name, VersionNumber Version);

public sealed record ExperimentWinnerName(string Name);
