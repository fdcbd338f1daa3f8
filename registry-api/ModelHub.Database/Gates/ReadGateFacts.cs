using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Environments;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using Environment = ModelHub.Domain.Environments.Environment;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    private sealed record NewestData(string Name, DateTimeOffset At);

    /// <summary>What all gates look at, for a promotion that is under way and for one that is only thought of.</summary>
    /// <param name="champion">The version that has the traffic of the environment.</param>
    public async Task<GateFacts> ReadGateFactsAsync(Version candidate, Version? champion, Environment environment, DateTimeOffset now, CancellationToken ct)
    {
        var checks = await Checks.AsNoTracking().Where(c => c.VersionId == candidate.Id).OrderBy(c => c.Name)
            .Select(c => new CheckSeen(c.Name, c.State)).ToListAsync(ct);
        var wasLiveIn = await Variants.Where(v => v.VersionId == candidate.Id && v.Role == VariantRole.Primary)
            .Select(v => v.Endpoint.Environment.Name).Distinct().OrderBy(name => name).ToListAsync(ct);
        var before = await Environments.Where(e => e.Rank < environment.Rank).OrderByDescending(e => e.Rank).Select(e => e.Name).FirstOrDefaultAsync(ct);
        var (data, shadow) = (await NewestDataAsync(candidate.Id, ct), await LatestShadowTestAsync(candidate.Id, environment.Id, ct));
        return GateFacts.Of(candidate, champion, new(checks, wasLiveIn, before, data, shadow), now);
    }

    /// <summary>The one that ended last; one that still runs only when none has ended. Who stopped one has judged nothing.</summary>
    private Task<ShadowTestSeen?> LatestShadowTestAsync(VersionId version, EnvironmentId environment, CancellationToken ct) =>
        Set<ShadowTest>().AsNoTracking()
            .Where(t => t.VersionId == version && t.Endpoint.EnvironmentId == environment && t.State != ShadowTestState.Stopped)
            .OrderBy(t => t.EndedAt == null).ThenByDescending(t => t.EndedAt).ThenByDescending(t => t.StartedAt)
            .Select(t => new ShadowTestSeen(t.Id.Value, t.Against.Number, t.Verdict, t.EndedAt, t.Reason))
            .FirstOrDefaultAsync(ct);

    /// <summary>Of the version itself and of all it was made from.</summary>
    private async Task<DataSeen?> NewestDataAsync(VersionId version, CancellationToken ct)
    {
        var newest = await Database.SqlQuery<NewestData>(
            $"""
            with recursive lineage as (
                select id, parent_id from versions where id = {version.Value}
                union
                select v.id, v.parent_id from versions v join lineage l on v.id = l.parent_id
            )
            select s.name || '@' || d.number as name, d.created_at as at
            from lineage l
            join version_data_versions e on e.version_id = l.id
            join data_versions d on d.id = e.data_version_id
            join datasets s on s.id = d.dataset_id
            order by d.created_at desc, d.id
            limit 1
            """).ToListAsync(ct);
        return newest is [var found] ? new DataSeen(found.Name, found.At) : null;
    }
}
