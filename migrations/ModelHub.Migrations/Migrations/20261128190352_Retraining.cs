using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Retraining : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "causes",
                table: "training_runs",
                type: "jsonb",
                nullable: false,
                defaultValueSql: "'[]'::jsonb");

            migrationBuilder.AddColumn<string>(
                name: "override",
                table: "training_runs",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "breaker_reset_at",
                table: "pipelines",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "triggers",
                table: "pipelines",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "triggers_set_at",
                table: "pipelines",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "triggers_set_by",
                table: "pipelines",
                type: "text",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "retraining_skips",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    pipeline_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    about = table.Column<string>(type: "character varying(1000)", maxLength: 1000, nullable: false),
                    guard = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    reason = table.Column<string>(type: "text", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    count = table.Column<int>(type: "integer", nullable: false),
                    first_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    last_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_retraining_skips", x => x.id);
                    table.ForeignKey(
                        name: "fk_retraining_skips_pipelines_pipeline_id",
                        column: x => x.pipeline_id,
                        principalTable: "pipelines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_retraining_skips_pipeline_id_last_at_id",
                table: "retraining_skips",
                columns: new[] { "pipeline_id", "last_at", "id" });

            migrationBuilder.CreateIndex(
                name: "uq_retraining_skips_open",
                table: "retraining_skips",
                columns: new[] { "pipeline_id", "kind", "about", "guard" },
                unique: true,
                filter: "ended_at is null");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "retraining_skips");

            migrationBuilder.DropColumn(
                name: "causes",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "override",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "breaker_reset_at",
                table: "pipelines");

            migrationBuilder.DropColumn(
                name: "triggers",
                table: "pipelines");

            migrationBuilder.DropColumn(
                name: "triggers_set_at",
                table: "pipelines");

            migrationBuilder.DropColumn(
                name: "triggers_set_by",
                table: "pipelines");
        }
    }
}
