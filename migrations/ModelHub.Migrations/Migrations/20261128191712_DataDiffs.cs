using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class DataDiffs : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "same_as",
                table: "data_versions",
                type: "integer",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "data_diffs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    from_id = table.Column<Guid>(type: "uuid", nullable: false),
                    to_id = table.Column<Guid>(type: "uuid", nullable: false),
                    key = table.Column<string>(type: "jsonb", nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    result = table.Column<string>(type: "jsonb", nullable: true),
                    requested_by = table.Column<string>(type: "text", nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_data_diffs", x => x.id);
                    table.ForeignKey(
                        name: "fk_data_diffs_data_versions_from_id",
                        column: x => x.from_id,
                        principalTable: "data_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_data_diffs_data_versions_to_id",
                        column: x => x.to_id,
                        principalTable: "data_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_data_diffs_operations_operation_id",
                        column: x => x.operation_id,
                        principalTable: "operations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_data_diffs_from_id_to_id",
                table: "data_diffs",
                columns: new[] { "from_id", "to_id" });

            migrationBuilder.CreateIndex(
                name: "ix_data_diffs_operation_id",
                table: "data_diffs",
                column: "operation_id");

            migrationBuilder.CreateIndex(
                name: "ix_data_diffs_to_id",
                table: "data_diffs",
                column: "to_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "data_diffs");

            migrationBuilder.DropColumn(
                name: "same_as",
                table: "data_versions");
        }
    }
}
