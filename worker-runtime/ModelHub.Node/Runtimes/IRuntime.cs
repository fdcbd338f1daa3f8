using ModelHub.Node.Artifacts;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes;

/// <summary>A way to run versions: in this process, in one of their own, or on a server elsewhere.</summary>
internal interface IRuntime
{
    /// <summary>As assignments name it and as this node says that it has it.</summary>
    string Name { get; }

    /// <returns>whether it runs artifacts of this format</returns>
    bool Takes(string format);

    /// <summary>Validates what may be hostile where it can do no harm, then loads it; not warmed up yet.</summary>
    /// <param name="path">of the artifact, fetched and verified; what was in a bundle lies beside it</param>
    /// <returns>the instance, which the caller disposes, or why there is none</returns>
    Task<(RuntimeInstance? Instance, PlacementProblem? Problem)> OpenAsync(Assignment assignment, string path, CancellationToken ct);
}
