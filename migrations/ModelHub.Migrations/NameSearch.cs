namespace ModelHub.Migrations;

/// <summary>
/// Indexes by trigrams, for names that contain something. pg_trgm comes with PostgreSQL's contrib modules and may be created
/// by who owns the database; where neither holds, the search reads all names and everything else is as it was. So these
/// indexes are no part of the model.
/// </summary>
internal static class NameSearch
{
    public const string Create =
        """
        do $$
        begin
            if exists (select from pg_available_extensions where name = 'pg_trgm') then
                create extension if not exists pg_trgm;
                create index ix_models_name_trigrams on models using gin (name gin_trgm_ops);
                create index ix_datasets_name_trigrams on datasets using gin (name gin_trgm_ops);
            end if;
        exception when insufficient_privilege or undefined_object then
            raise notice 'No index for the search in names: %', sqlerrm;
        end $$
        """;

    public const string Drop = "drop index if exists ix_models_name_trigrams, ix_datasets_name_trigrams";
}
