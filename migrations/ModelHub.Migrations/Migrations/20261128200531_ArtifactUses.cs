using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class ArtifactUses : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "artifact_uses",
                columns: table => new
                {
                    digest = table.Column<string>(type: "character varying(71)", maxLength: 71, nullable: false),
                    wanted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_artifact_uses", x => x.digest);
                });

            migrationBuilder.CreateIndex(
                name: "ix_data_versions_files",
                table: "data_versions",
                column: "files")
                .Annotation("Npgsql:IndexMethod", "gin")
                .Annotation("Npgsql:IndexOperators", new[] { "jsonb_path_ops" });

            migrationBuilder.Sql(ReferencedDigests.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(ReferencedDigests.Drop);

            migrationBuilder.DropTable(
                name: "artifact_uses");

            migrationBuilder.DropIndex(
                name: "ix_data_versions_files",
                table: "data_versions");
        }
    }
}
