using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Uses and live versions are counted up to here to choose the shorter way.</summary>
    private const int Counted = 5_000;

    /// <summary>
    /// For each of the data versions: the versions made from it, and those made from them in turn, that have traffic now. Goes
    /// down from the data where few versions name them, else up from the versions that are live: either way costs as much as
    /// the smaller side. Only one of the two walks is run; the other begins with nothing.
    /// </summary>
    public async Task<ILookup<DataVersionId, VersionId>> LiveVersionsUsingAsync(IReadOnlyCollection<DataVersionId> data, CancellationToken ct)
    {
        var asked = data.Select(d => d.Value).ToArray();
        var uses = await Database.SqlQuery<LiveUse>(
            $"""
            with recursive way as materialized (
                select (select count(*) from (select from version_data_versions where data_version_id = any({asked}) limit {Counted}) used)
                    <= (select count(*) from (select from variants where valid_to is null limit {Counted}) live) as down
            ), made as (
                select data_version_id as data, version_id as version from version_data_versions where data_version_id = any({asked}) and (select down from way)
                union
                select m.data, v.id from versions v join made m on v.parent_id = m.version
            ), above as (
                select version_id as live, version_id as version from variants where valid_to is null and not (select down from way)
                union
                select a.live, v.parent_id from above a join versions v on v.id = a.version where v.parent_id is not null
            )
            select m.data, m.version from made m where exists (select from variants s where s.version_id = m.version and s.valid_to is null)
            union
            select e.data_version_id, a.live from above a join version_data_versions e on e.version_id = a.version and e.data_version_id = any({asked})
            """).ToListAsync(ct);
        return uses.ToLookup(use => DataVersionId.From(use.Data), use => VersionId.From(use.Version));
    }

    private sealed record LiveUse(Guid Data, Guid Version);
}
