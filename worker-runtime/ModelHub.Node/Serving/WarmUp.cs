using System.Diagnostics;
using ModelHub.Node.Artifacts;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>Runs a version before anybody waits for it: the first run builds what later ones reuse.</summary>
internal static class WarmUp
{
    private const int Runs = 5;
    private static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <param name="rows">to run it on</param>
    /// <param name="times">hears how long runs take, but for the first</param>
    /// <returns>why the version cannot be served, or null</returns>
    public static async Task<PlacementProblem?> RunAsync(RuntimeInstance instance, WarmUpRows rows, RunTimes times, TimeSpan limit, CancellationToken ct)
    {
        using var run = instance.NewRun();
        try
        {
            for (var i = 0; i < Runs && rows.Fill(i, run.Request); i++)
            {
                var started = Stopwatch.GetTimestamp();
                await run.ExecuteAsync(limit, ct);
                var took = Stopwatch.GetElapsedTime(started);
                if (i > 0)
                    times.Saw(run.Request.InputBytes, took);
                run.Clear();
                // A slow model is not made to run more often than it must.
                if (took > Slow)
                    break;
            }
        }
        catch (RunException e) when (e.Fault == RunFault.TimedOut)
        {
            return new PlacementProblem("too-slow", $"A run on one row did not end within {limit.TotalSeconds:0.#} seconds.");
        }
        catch (RunException e) when (e.Fault == RunFault.Failed)
        {
            // Such a row may be nonsense to a good model: fields are put together that never were.
        }
        return null;
    }
}
