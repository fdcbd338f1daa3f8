using System.Text.Json.Serialization;
using ModelHub.Console.Graph;
using ModelHub.Console.Models;

namespace ModelHub.Console.Layout;

internal static class FindAnything
{
    public static readonly Operation<FindAnythingVariables, FindAnythingData> Operation = new(
        "FindAnything",
        Documents.FindAnything,
        GraphJson.Default.GraphRequestFindAnythingVariables,
        GraphJson.Default.GraphResponseFindAnythingData);
}

internal sealed record FindAnythingVariables(NameFilter Models, NameFilter Datasets, EndpointFilter Endpoints)
{
    public static FindAnythingVariables Of(string text)
    {
        var contains = new NameFilter(new TextFilter(Contains: text));
        return new(contains, contains, EndpointFilter.Of(text));
    }
}

internal sealed record NameFilter(TextFilter Name);

internal sealed record EndpointFilter(TextFilter? Model = null, TextFilter? Environment = null, IReadOnlyList<EndpointFilter>? And = null, IReadOnlyList<EndpointFilter>? Or = null)
{
    /// <summary>Each word in the name of the model or of the environment: <c>credit staging</c>.</summary>
    public static EndpointFilter Of(string text) =>
        new(And: [.. text.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => new TextFilter(Contains: word)).Select(contains => new EndpointFilter(Or: [new(Model: contains), new(Environment: contains)]))]);
}

public sealed record FindAnythingData(Nodes<FoundModel> Models, Nodes<NameOnly> Datasets, Nodes<FoundEndpoint> Endpoints, IReadOnlyList<NameOnly> Environments)
{
    /// <summary>All come, for they are few; these are meant.</summary>
    public IEnumerable<NameOnly> EnvironmentsNamed(string text) => Environments.Where(environment => environment.Name.Contains(text.Trim(), StringComparison.OrdinalIgnoreCase));
}

public sealed record FoundModel(string Name, VersionNumber? LatestVersion);

public sealed record FoundEndpoint([property: JsonConverter(typeof(NameOf))] string Model, [property: JsonConverter(typeof(NameOf))] string Environment);
