using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Versions made from this data, and those made from them in turn, that have traffic now.</summary>
    public async Task<IReadOnlyList<VersionId>> LiveVersionsUsingAsync(DataVersionId data, CancellationToken ct)
    {
        var ids = await Database.SqlQuery<Guid>(
            $"""
            with recursive made as (
                select version_id as id from version_data_versions where data_version_id = {data.Value}
                union
                select v.id from versions v join made m on v.parent_id = m.id
            )
            select m.id as value from made m
            where exists (select from variants s where s.version_id = m.id and s.valid_to is null)
            """).ToListAsync(ct);
        return [.. ids.Select(VersionId.From)];
    }
}
