using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class PolicyHistory : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "uq_approvals_person",
                table: "approvals");

            migrationBuilder.AddColumn<string>(
                name: "person",
                table: "service_tokens",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<string>(
                name: "freeze_override",
                table: "promotions",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "requested_by_person",
                table: "promotions",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<int>(
                name: "policy_number",
                table: "environments",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "person",
                table: "approvals",
                type: "text",
                nullable: false,
                defaultValue: "");

            migrationBuilder.CreateTable(
                name: "gate_rounds",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    promotion_id = table.Column<Guid>(type: "uuid", nullable: false),
                    facts = table.Column<string>(type: "jsonb", nullable: false),
                    policy_digest = table.Column<string>(type: "text", nullable: false),
                    evaluated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_gate_rounds", x => x.id);
                    table.ForeignKey(
                        name: "fk_gate_rounds_promotions_promotion_id",
                        column: x => x.promotion_id,
                        principalTable: "promotions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "policy_versions",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    environment_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    policy = table.Column<string>(type: "jsonb", nullable: false),
                    digest = table.Column<string>(type: "text", nullable: false),
                    changed_by = table.Column<string>(type: "text", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    reason = table.Column<string>(type: "text", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_policy_versions", x => x.id);
                    table.ForeignKey(
                        name: "fk_policy_versions_environments_environment_id",
                        column: x => x.environment_id,
                        principalTable: "environments",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.Sql(PersonsBehind.Sql);

            migrationBuilder.CreateIndex(
                name: "uq_approvals_person",
                table: "approvals",
                columns: new[] { "promotion_id", "person" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_gate_rounds_promotion_id_evaluated_at",
                table: "gate_rounds",
                columns: new[] { "promotion_id", "evaluated_at" });

            migrationBuilder.CreateIndex(
                name: "ix_policy_versions_digest",
                table: "policy_versions",
                column: "digest");

            migrationBuilder.CreateIndex(
                name: "uq_policy_versions_number",
                table: "policy_versions",
                columns: new[] { "environment_id", "number" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "gate_rounds");

            migrationBuilder.DropTable(
                name: "policy_versions");

            migrationBuilder.DropIndex(
                name: "uq_approvals_person",
                table: "approvals");

            migrationBuilder.DropColumn(
                name: "person",
                table: "service_tokens");

            migrationBuilder.DropColumn(
                name: "freeze_override",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "requested_by_person",
                table: "promotions");

            migrationBuilder.DropColumn(
                name: "policy_number",
                table: "environments");

            migrationBuilder.DropColumn(
                name: "person",
                table: "approvals");

            migrationBuilder.CreateIndex(
                name: "uq_approvals_person",
                table: "approvals",
                columns: new[] { "promotion_id", "by" },
                unique: true);
        }
    }
}
