using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class FreezesAndExports : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "ledger_freezes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    pipeline_id = table.Column<Guid>(type: "uuid", nullable: false),
                    rule = table.Column<string>(type: "jsonb", nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    data_version_id = table.Column<Guid>(type: "uuid", nullable: true),
                    requested_by = table.Column<string>(type: "text", nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_freezes", x => x.id);
                    table.ForeignKey(
                        name: "fk_ledger_freezes_data_versions_data_version_id",
                        column: x => x.data_version_id,
                        principalTable: "data_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_ledger_freezes_operations_operation_id",
                        column: x => x.operation_id,
                        principalTable: "operations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_ledger_freezes_pipelines_pipeline_id",
                        column: x => x.pipeline_id,
                        principalTable: "pipelines",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_ledger_freezes_data_version_id",
                table: "ledger_freezes",
                column: "data_version_id");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_freezes_operation_id",
                table: "ledger_freezes",
                column: "operation_id");

            migrationBuilder.CreateIndex(
                name: "ix_ledger_freezes_pipeline_id",
                table: "ledger_freezes",
                column: "pipeline_id");

            migrationBuilder.Sql(EarlierExports.Sql);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "ledger_freezes");
        }
    }
}
