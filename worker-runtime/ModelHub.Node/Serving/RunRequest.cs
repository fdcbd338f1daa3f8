using System.Diagnostics;
using ModelHub.Node.Caching;
using ModelHub.Node.Runtimes;

namespace ModelHub.Node.Serving;

/// <summary>From the tensors of a request to its outputs: kept ones, or those of a run within the caller's deadline.</summary>
internal sealed partial class RunRequest(NodeOptions options, ILogger<RunRequest> log)
{
    /// <returns>why there are no outputs, or null</returns>
    public async ValueTask<Refused?> RunAsync(HttpContext context, LoadedVersion version, Slot slot)
    {
        if (Recall.TryGive(context, version, slot))
            return null;
        try
        {
            var limit = slot.Limit(options.RunTime);
            if (limit <= TimeSpan.Zero)
                throw Lanes.NoTurn(slot.Request.Timeout!.Value);
            // The token of a request costs an allocation: short runs are done without.
            if (!version.TryRun(slot, limit))
            {
                await version.RunAsync(slot, limit, context.RequestAborted);
                slot.RanAt = Stopwatch.GetTimestamp();
            }
            Recall.Keep(version, slot);
            return null;
        }
        catch (RunException e)
        {
            if (e.Fault == RunFault.Failed)
                Failed(version.Assignment.Model, version.Assignment.Version, e.Message);
            return new Refused(e.Status, e.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Model} version {Version} failed a run: {Message}")]
    private partial void Failed(string model, int version, string message);
}
