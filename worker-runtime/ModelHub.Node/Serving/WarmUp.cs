using System.Diagnostics;
using ModelHub.Inference;
using ModelHub.Node.Artifacts;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>Runs a version before anybody waits for it: the first run builds what later ones reuse.</summary>
internal static class WarmUp
{
    private const int Runs = 2;

    /// <returns>how long the last run took, or why the version cannot be served</returns>
    public static async Task<(TimeSpan Took, PlacementProblem? Problem)> RunAsync(RuntimeInstance instance, TimeSpan limit, CancellationToken ct)
    {
        using var run = instance.NewRun();
        var took = TimeSpan.Zero;
        try
        {
            for (var i = 0; i < Runs && MadeUpRow.Fill(instance.Spec, run.Request); i++)
            {
                var started = Stopwatch.GetTimestamp();
                await run.ExecuteAsync(limit, ct);
                took = Stopwatch.GetElapsedTime(started);
                run.Clear();
            }
        }
        catch (RunException e) when (e.Fault == RunFault.TimedOut)
        {
            return (took, new PlacementProblem("too-slow", $"A run on one row did not end within {limit.TotalSeconds:0.#} seconds."));
        }
        catch (RunException e) when (e.Fault == RunFault.Failed)
        {
            // A made-up row may be nonsense to a good model.
        }
        return (took, null);
    }
}
