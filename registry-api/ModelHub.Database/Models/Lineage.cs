using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>For each of the data versions: the versions made from it, and those made from them in turn, that have traffic now.</summary>
    public async Task<ILookup<DataVersionId, VersionId>> LiveVersionsUsingAsync(IReadOnlyCollection<DataVersionId> data, CancellationToken ct)
    {
        var asked = data.Select(d => d.Value).ToArray();
        var uses = await Database.SqlQuery<LiveUse>(
            $"""
            with recursive made as (
                select data_version_id as data, version_id as version from version_data_versions where data_version_id = any({asked})
                union
                select m.data, v.id from versions v join made m on v.parent_id = m.version
            )
            select m.data, m.version from made m
            where exists (select from variants s where s.version_id = m.version and s.valid_to is null)
            """).ToListAsync(ct);
        return uses.ToLookup(use => DataVersionId.From(use.Data), use => VersionId.From(use.Version));
    }

    private sealed record LiveUse(Guid Data, Guid Version);
}
