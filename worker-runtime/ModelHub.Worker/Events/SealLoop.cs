using ModelHub.Database.Events;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Events;

/// <summary>Chains what happened soon after it happened; of several workers one is at it at a time.</summary>
internal sealed class SealLoop(SealEvents seal, Changes changes, ILogger<SealLoop> logger) : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await seal.RunAsync(ct);
        return false;
    }
}
