using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>The variants that would have answered at a past moment; a switch counts from its own moment on.</summary>
    public async Task<IReadOnlyList<Variant>> ServedAtAsync(EndpointId endpoint, DateTimeOffset at, CancellationToken ct) =>
        await Variants.AsNoTracking().Include(v => v.Version)
            .Where(v => v.EndpointId == endpoint && v.ValidFrom <= at && (v.ValidTo == null || at < v.ValidTo))
            .ToListAsync(ct);
}
