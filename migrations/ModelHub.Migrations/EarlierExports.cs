namespace ModelHub.Migrations;

/// <summary>Bundles that were taken out before there was a table of them: the log has them all, but not how large they were.</summary>
internal static class EarlierExports
{
    /// <summary>An export of the same manifest tells the size, else it stands as 0. May run again: what is listed is not listed twice.</summary>
    public const string Sql =
        """
        insert into bundle_exports (id, version_id, key, manifest, size, exported_by, exported_at)
        select e.id, v.id, e.data ->> 'key', e.data ->> 'manifest',
               coalesce((select max(b.size) from bundle_exports b where b.version_id = v.id and b.manifest = e.data ->> 'manifest'), 0), e.actor, e.at
        from events e
        join models m on m.name = e.data ->> 'model'
        join versions v on v.model_id = m.id and v.number = (e.data ->> 'version')::int
        where e.type = 'bundle.exported' and not exists (
            select from bundle_exports b
            where b.version_id = v.id and b.manifest = e.data ->> 'manifest' and b.exported_by = e.actor and b.exported_at between e.at - interval '1 minute' and e.at + interval '1 minute')
        """;
}
