using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class StagedRollouts : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "uq_promotions_open",
                table: "promotions");

            migrationBuilder.AddColumn<string>(
                name: "failure",
                table: "rollbacks",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "state",
                table: "rollbacks",
                type: "character varying(40)",
                maxLength: 40,
                nullable: false,
                defaultValue: "Switched");

            // Those under way; new rows say their state themselves.
            migrationBuilder.Sql("update rollbacks set state = 'Switching' where switched_at is null; alter table rollbacks alter column state drop default");

            migrationBuilder.AddColumn<bool>(
                name: "held",
                table: "promotions",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "paused_at",
                table: "promotions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "paused_by",
                table: "promotions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "skipped_by",
                table: "promotions",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "stage_began_at",
                table: "promotions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "stage_entered_at",
                table: "promotions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "stage_index",
                table: "promotions",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "stage_timed_from",
                table: "promotions",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "stages",
                table: "promotions",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.AddColumn<string>(
                name: "watch",
                table: "promotions",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "rollout_verdicts",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    promotion_id = table.Column<Guid>(type: "uuid", nullable: false),
                    stage = table.Column<int>(type: "integer", nullable: true),
                    verdict = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    findings = table.Column<string>(type: "jsonb", nullable: false),
                    facts = table.Column<string>(type: "jsonb", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_rollout_verdicts", x => x.id);
                    table.ForeignKey(
                        name: "fk_rollout_verdicts_promotions_promotion_id",
                        column: x => x.promotion_id,
                        principalTable: "promotions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "version_blocks",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    version_id = table.Column<Guid>(type: "uuid", nullable: false),
                    environment_id = table.Column<Guid>(type: "uuid", nullable: false),
                    promotion_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "text", nullable: false),
                    by = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    lifted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    lifted_by = table.Column<string>(type: "text", nullable: true),
                    lift_reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_version_blocks", x => x.id);
                    table.ForeignKey(
                        name: "fk_version_blocks_environments_environment_id",
                        column: x => x.environment_id,
                        principalTable: "environments",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_version_blocks_promotions_promotion_id",
                        column: x => x.promotion_id,
                        principalTable: "promotions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_version_blocks_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "uq_rollbacks_loading",
                table: "rollbacks",
                column: "endpoint_id",
                unique: true,
                filter: "state = 'Loading'");

            migrationBuilder.CreateIndex(
                name: "uq_promotions_open",
                table: "promotions",
                column: "endpoint_id",
                unique: true,
                filter: "state in ('Requested', 'GatesEvaluating', 'AwaitingApproval', 'Placing', 'RollingOut', 'Shifting', 'Watching')");

            migrationBuilder.CreateIndex(
                name: "ix_rollout_verdicts_promotion_id_at",
                table: "rollout_verdicts",
                columns: new[] { "promotion_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_version_blocks_environment_id",
                table: "version_blocks",
                column: "environment_id");

            migrationBuilder.CreateIndex(
                name: "ix_version_blocks_promotion_id",
                table: "version_blocks",
                column: "promotion_id");

            migrationBuilder.CreateIndex(
                name: "uq_version_blocks_holding",
                table: "version_blocks",
                columns: new[] { "version_id", "environment_id" },
                unique: true,
                filter: "lifted_at is null");

            // Beside EF's model: high-rate rows go in and out past it, and each day is a partition that the worker makes and drops.
            migrationBuilder.Sql(
                """
                create table traffic_windows (
                  variant_id uuid not null, start timestamptz not null, router_id uuid not null, seconds double precision not null,
                  endpoint_id uuid not null, version_id uuid not null,
                  requests bigint not null, refused bigint not null, overloaded bigint not null, unavailable bigint not null, timed_out bigint not null,
                  failed bigint not null, dropped bigint not null, latency bytea not null,
                  primary key (variant_id, start, router_id)) partition by range (start);
                create table router_windows (
                  router_id uuid not null, start timestamptz not null, seconds double precision not null, ahead_seconds double precision not null,
                  primary key (router_id, start)) partition by range (start);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop table traffic_windows; drop table router_windows");

            migrationBuilder.DropTable(
                name: "rollout_verdicts");

            migrationBuilder.DropTable(
                name: "version_blocks");

            migrationBuilder.DropIndex(
                name: "uq_rollbacks_loading",
                table: "rollbacks");

            migrationBuilder.DropIndex(
                name: "uq_promotions_open",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "failure",
                table: "rollbacks");

            migrationBuilder.DropColumn(
                name: "state",
                table: "rollbacks");

            migrationBuilder.DropColumn(
                name: "held",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "paused_at",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "paused_by",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "skipped_by",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "stage_began_at",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "stage_entered_at",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "stage_index",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "stage_timed_from",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "stages",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "watch",
                table: "promotions");

            migrationBuilder.CreateIndex(
                name: "uq_promotions_open",
                table: "promotions",
                column: "endpoint_id",
                unique: true,
                filter: "state in ('Requested', 'GatesEvaluating', 'AwaitingApproval', 'Placing', 'Shifting', 'Watching')");
        }
    }
}
