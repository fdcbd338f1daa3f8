using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>The routing in force at a past moment: the last change at or before it; null before the first.</summary>
    public Task<RoutingChange?> RoutingAtAsync(EndpointId endpoint, DateTimeOffset at, CancellationToken ct) =>
        RoutingChanges.AsNoTracking().Where(change => change.EndpointId == endpoint && change.At <= at)
            .OrderByDescending(change => change.At).ThenByDescending(change => change.RoutesRevision).FirstOrDefaultAsync(ct);
}
