using ModelHub.Console.Graph;

namespace ModelHub.Console.Lineage;

internal static class ReadLineage
{
    public static readonly Operation<ReadLineageVariables, ReadLineageData> Operation = new(
        "ReadLineage",
        Documents.ReadLineage,
        GraphJson.Default.GraphRequestReadLineageVariables,
        GraphJson.Default.GraphResponseReadLineageData);
}

/// <param name="Dataset">Where the walk begins: a dataset, or instead a model.</param>
internal sealed record ReadLineageVariables(string? Dataset, string? Model, int Version);

public sealed record ReadLineageData(LineagePage? Up, LineagePage? Down);

/// <param name="Next">Not null when there is more.</param>
public sealed record LineagePage(IReadOnlyList<LineageThing> Things, IReadOnlyList<LineageEdge> Edges, string? Next);

/// <param name="Depth">Steps from where the walk began.</param>
/// <param name="Run">The training run, where it is one.</param>
/// <param name="Batch">The batch run, where it is one.</param>
public sealed record LineageThing(string Kind, string Name, int Depth, string? Run, string? Batch)
{
    public string Words => Kind switch { "DATA_VERSION" => "data", "TRAINING_RUN" => "training run", "BATCH_RUN" => "batch run", "VERSION" => "version", _ => "endpoint" };

    /// <summary>Runs have no name: the end of their id tells them apart. It begins with the time, alike for runs of the same minute.</summary>
    public string Short => Kind switch
    {
        "TRAINING_RUN" or "BATCH_RUN" => Name[^8..],
        "ENDPOINT" => Name[(Name.LastIndexOf('/') + 1)..],
        _ => Name.Replace("@", " v", StringComparison.Ordinal),
    };

    public string Link => (Kind, Name.Split('@', '/')) switch
    {
        ("DATA_VERSION", [var dataset, var number]) => $"/datasets/{dataset}/versions/{number}",
        ("VERSION", [var model, var number]) => $"/models/{model}/versions/{number}",
        ("ENDPOINT", [var model, var environment]) => $"/endpoints/{environment}/{model}",
        ("TRAINING_RUN", _) => $"/training/runs/{Run}",
        _ => $"/batches/{Batch}",
    };
}

/// <param name="From">A place on the page; -1 is where the walk began.</param>
public sealed record LineageEdge(int From, int To);
