namespace ModelHub.Migrations;

/// <summary>Who stands behind what is older than the column that says so.</summary>
internal static class PersonsBehind
{
    /// <summary>Tokens count as the person who made them, along the chain; one behind which no person stands counts as itself. Sessions and workers have no maker to name.</summary>
    public const string Sql =
        """
        with recursive chain as (
            select id, case when created_by like 'system:%' then 'token:' || name else created_by end as person, 1 as depth
            from service_tokens where kind = 'Service'
            union all
            select c.id, t.created_by, c.depth + 1
            from chain c join service_tokens t on t.kind = 'Service' and c.person = 'token:' || t.name and t.created_by not like 'system:%'
        )
        update service_tokens s set person = case when c.person like 'user:%' then c.person else 'token:' || s.name end
        from (select distinct on (id) id, person from chain order by id, depth desc) c where c.id = s.id;

        update service_tokens set person = created_by where kind <> 'Service';

        update promotions p set requested_by_person = coalesce(
            (select t.person from service_tokens t where t.kind = 'Service' and p.requested_by = 'token:' || t.name), p.requested_by);

        -- As they were counted when they were given: two tokens of one person may both stand there.
        update approvals set person = by;
        """;
}
