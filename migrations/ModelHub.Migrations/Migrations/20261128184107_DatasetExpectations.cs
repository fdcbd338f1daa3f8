using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class DatasetExpectations : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "expectations_number",
                table: "datasets",
                type: "integer",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<Guid>(
                name: "expectations_id",
                table: "data_versions",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "outcomes",
                table: "data_versions",
                type: "jsonb",
                nullable: false,
                defaultValue: "[]");

            migrationBuilder.CreateTable(
                name: "expectations",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    dataset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    rules = table.Column<string>(type: "jsonb", nullable: false),
                    created_by = table.Column<string>(type: "text", nullable: false),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_expectations", x => x.id);
                    table.ForeignKey(
                        name: "fk_expectations_datasets_dataset_id",
                        column: x => x.dataset_id,
                        principalTable: "datasets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_data_versions_expectations_id",
                table: "data_versions",
                column: "expectations_id");

            migrationBuilder.CreateIndex(
                name: "uq_expectations_number",
                table: "expectations",
                columns: new[] { "dataset_id", "number" },
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "fk_data_versions_expectations_expectations_id",
                table: "data_versions",
                column: "expectations_id",
                principalTable: "expectations",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_data_versions_expectations_expectations_id",
                table: "data_versions");

            migrationBuilder.DropTable(
                name: "expectations");

            migrationBuilder.DropIndex(
                name: "ix_data_versions_expectations_id",
                table: "data_versions");

            migrationBuilder.DropColumn(
                name: "expectations_number",
                table: "datasets");

            migrationBuilder.DropColumn(
                name: "expectations_id",
                table: "data_versions");

            migrationBuilder.DropColumn(
                name: "outcomes",
                table: "data_versions");
        }
    }
}
