namespace ModelHub.Api.Environments;

/// <summary>How many promotions into an environment have not ended, of those that the caller may see.</summary>
/// <param name="Waiting">Their gates hold, and they wait for approvals.</param>
/// <param name="Moving">All others.</param>
internal sealed record PromotionsUnderWay(int Waiting, int Moving);

internal sealed class UnderWayInEnvironment(IDbContextFactory<ModelHubDb> factory) : BatchDataLoader<(EnvironmentId Environment, Caller Caller), PromotionsUnderWay>
{
    protected override async Task<IReadOnlyDictionary<(EnvironmentId Environment, Caller Caller), PromotionsUnderWay>> LoadBatchAsync(
        IReadOnlyList<(EnvironmentId Environment, Caller Caller)> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = new Dictionary<(EnvironmentId, Caller), PromotionsUnderWay>();
        var open = PromotionStates.Open;
        foreach (var same in keys.GroupBy(key => key.Caller, key => key.Environment))
        {
            var environments = same.ToList();
            var counts = await db.Promotions.VisibleTo(same.Key, p => p.Version.Model.Name)
                .Where(p => environments.Contains(p.EnvironmentId) && open.Contains(p.State))
                .GroupBy(p => p.EnvironmentId)
                .Select(group => new { Environment = group.Key, All = group.Count(), Waiting = group.Count(p => p.State == PromotionState.AwaitingApproval) })
                .ToListAsync(ct);
            foreach (var count in counts)
                found.Add((count.Environment, same.Key), new(count.Waiting, count.All - count.Waiting));
        }
        return found;
    }
}
