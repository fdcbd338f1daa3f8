namespace ModelHub.Domain.Data;

/// <summary>Which way a lineage is followed.</summary>
public enum LineageDirection
{
    /// <summary>To what it was made from.</summary>
    Up,

    /// <summary>To what was made from it, and where that is served.</summary>
    Down,
}

/// <summary>What has a lineage.</summary>
public enum LineageKind
{
    /// <summary>A version of a dataset.</summary>
    DataVersion,

    /// <summary>A run of a training pipeline.</summary>
    TrainingRun,

    /// <summary>A version of a model.</summary>
    Version,

    /// <summary>A version run over data, which makes data.</summary>
    BatchRun,

    /// <summary>A model in an environment; a version leads to it while it has traffic there.</summary>
    Endpoint,
}

/// <param name="Depth">Steps from where the walk began.</param>
public readonly record struct LineageThing(int Depth, LineageKind Kind, Guid Id);

/// <summary>A walk over the edges, breadth first: each thing once, at its least depth; things of one depth by kind and id.</summary>
/// <param name="Truncated">There are more than <see cref="MostThings"/>.</param>
public sealed record LineageWalk(IReadOnlyList<LineageThing> Things, bool Truncated)
{
    public const int MostThings = 10_000;
    public const int MostDepth = 50;
}
