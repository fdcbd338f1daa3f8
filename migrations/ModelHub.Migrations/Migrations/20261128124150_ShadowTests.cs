using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class ShadowTests : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "shadow_tests",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    variant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version_id = table.Column<Guid>(type: "uuid", nullable: false),
                    against_id = table.Column<Guid>(type: "uuid", nullable: false),
                    promotion_id = table.Column<Guid>(type: "uuid", nullable: true),
                    options = table.Column<string>(type: "jsonb", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    verdict = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true),
                    reason = table.Column<string>(type: "text", nullable: true),
                    findings = table.Column<string>(type: "jsonb", nullable: false),
                    found = table.Column<string>(type: "jsonb", nullable: true),
                    started_by = table.Column<string>(type: "text", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    running_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shadow_tests", x => x.id);
                    table.ForeignKey(
                        name: "fk_shadow_tests_endpoints_endpoint_id",
                        column: x => x.endpoint_id,
                        principalTable: "endpoints",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_shadow_tests_promotions_promotion_id",
                        column: x => x.promotion_id,
                        principalTable: "promotions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_shadow_tests_variants_variant_id",
                        column: x => x.variant_id,
                        principalTable: "variants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_shadow_tests_versions_against_id",
                        column: x => x.against_id,
                        principalTable: "versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_shadow_tests_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "comparisons",
                columns: table => new
                {
                    shadow_test_id = table.Column<Guid>(type: "uuid", nullable: false),
                    router_id = table.Column<Guid>(type: "uuid", nullable: false),
                    since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    until = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    found = table.Column<string>(type: "jsonb", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_comparisons", x => new { x.shadow_test_id, x.router_id, x.since });
                    table.ForeignKey(
                        name: "fk_comparisons_routers_router_id",
                        column: x => x.router_id,
                        principalTable: "routers",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_comparisons_shadow_tests_shadow_test_id",
                        column: x => x.shadow_test_id,
                        principalTable: "shadow_tests",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_comparisons_router_id",
                table: "comparisons",
                column: "router_id");

            migrationBuilder.CreateIndex(
                name: "ix_shadow_tests_against_id",
                table: "shadow_tests",
                column: "against_id");

            migrationBuilder.CreateIndex(
                name: "ix_shadow_tests_endpoint_id_started_at_id",
                table: "shadow_tests",
                columns: new[] { "endpoint_id", "started_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_shadow_tests_promotion_id",
                table: "shadow_tests",
                column: "promotion_id");

            migrationBuilder.CreateIndex(
                name: "ix_shadow_tests_started_at_id",
                table: "shadow_tests",
                columns: new[] { "started_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_shadow_tests_variant_id",
                table: "shadow_tests",
                column: "variant_id");

            migrationBuilder.CreateIndex(
                name: "ix_shadow_tests_version_id_ended_at",
                table: "shadow_tests",
                columns: new[] { "version_id", "ended_at" });

            migrationBuilder.CreateIndex(
                name: "uq_shadow_tests_open",
                table: "shadow_tests",
                columns: new[] { "endpoint_id", "version_id" },
                unique: true,
                filter: "state in ('Placing', 'Running')");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "comparisons");

            migrationBuilder.DropTable(
                name: "shadow_tests");
        }
    }
}
