using ModelHub.Console.Graph;

namespace ModelHub.Console.Models;

/// <summary>A million are counted in a tenth of a second, which the page does not wait for.</summary>
internal static class CountVersions
{
    public static readonly Operation<CountVersionsVariables, CountVersionsData> Operation = new(
        "CountVersions",
        Documents.CountVersions,
        GraphJson.Default.GraphRequestCountVersionsVariables,
        GraphJson.Default.GraphResponseCountVersionsData);
}

internal sealed record CountVersionsVariables(string Name, VersionFilter? Where);

public sealed record CountVersionsData(CountedVersions? Model);

public sealed record CountedVersions(TotalOnly Versions);
