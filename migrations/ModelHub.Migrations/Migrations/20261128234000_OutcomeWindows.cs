using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class OutcomeWindows : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder) =>
            // Written and read as a whole, window by window; nothing of it is a relation.
            migrationBuilder.Sql(
                """
                create table outcome_windows (
                  variant_id uuid not null, window_from timestamptz not null, window_to timestamptz not null,
                  endpoint_id uuid not null, version_id uuid not null, outcomes bytea not null,
                  primary key (variant_id, window_from));
                create index ix_outcome_windows_version on outcome_windows (endpoint_id, version_id, window_from);
                """);

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder) => migrationBuilder.Sql("drop table outcome_windows");
    }
}
