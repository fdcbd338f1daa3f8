using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>What all routers saw a variant say in the windows that begin in [from, until), merged.</summary>
    public async Task<Distribution> SaidAsync(VariantId variant, DateTimeOffset from, DateTimeOffset until, CancellationToken ct) =>
        (await PredictionWindows.AsNoTracking().Where(w => w.VariantId == variant && w.Start >= from && w.Start < until).Select(w => w.Distribution).ToListAsync(ct))
        .Aggregate(Distribution.None, (a, b) => a.Merge(b));
}
