using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Batches;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Removes the stored outputs of an ended run's shards, with <c>CommitAsync</c>; what is told of the shards stays.</summary>
    public async Task ForgetShardOutputsAsync(BatchRunId run, CancellationToken ct)
    {
        await BeginAsync(ct);
        await BatchShards.Where(shard => shard.BatchRunId == run).ExecuteUpdateAsync(set => set.SetProperty(shard => shard.Output, (byte[]?)null), ct);
    }
}
