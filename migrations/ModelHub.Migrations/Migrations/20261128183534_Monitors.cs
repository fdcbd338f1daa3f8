using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Monitors : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "monitoring",
                table: "endpoints",
                type: "jsonb",
                nullable: true);

            // Partitioned by day, which EF cannot say; the worker makes and drops the days.
            migrationBuilder.Sql(
                """
                create table monitor_values (
                  endpoint_id uuid not null, variant_id uuid not null, version_id uuid not null,
                  measure text not null, column_name text, segment text, window_from timestamptz not null, window_to timestamptz not null,
                  value double precision, samples bigint not null, p_value double precision, bound double precision, threshold double precision,
                  breached boolean, estimated boolean not null) partition by range (window_to);
                create unique index uq_monitor_values on monitor_values (variant_id, window_to, measure, column_name, segment) nulls not distinct;
                create index ix_monitor_values_endpoint on monitor_values (endpoint_id, measure, window_to);
                create table sketch_windows (
                  variant_id uuid not null, start timestamptz not null, router_id uuid not null, seconds double precision not null,
                  endpoint_id uuid not null, version_id uuid not null, sketch bytea not null,
                  primary key (variant_id, start, router_id)) partition by range (start);
                create table sketch_baselines (
                  variant_id uuid not null, baseline_from timestamptz not null, baseline_to timestamptz not null, sketch bytea not null,
                  primary key (variant_id, baseline_from, baseline_to));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop table monitor_values; drop table sketch_windows; drop table sketch_baselines");

            migrationBuilder.DropColumn(
                name: "monitoring",
                table: "endpoints");
        }
    }
}
