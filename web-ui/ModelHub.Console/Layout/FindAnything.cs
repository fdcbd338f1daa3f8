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

internal sealed record FindAnythingVariables(NameFilter Models, NameFilter Datasets)
{
    public static FindAnythingVariables Of(string text)
    {
        var contains = new NameFilter(new TextFilter(Contains: text));
        return new(contains, contains);
    }
}

internal sealed record NameFilter(TextFilter Name);

public sealed record FindAnythingData(Nodes<FoundModel> Models, Nodes<NameOnly> Datasets);

public sealed record FoundModel(string Name, VersionNumber? LatestVersion);
