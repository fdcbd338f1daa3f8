using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class QueryIndexes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_models_owner",
                table: "models");

            migrationBuilder.DropIndex(
                name: "ix_events_subject_sequence",
                table: "events");

            migrationBuilder.CreateIndex(
                name: "ix_versions_model_id_created_at_number",
                table: "versions",
                columns: new[] { "model_id", "created_at", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_promotions_requested_by_requested_at_id",
                table: "promotions",
                columns: new[] { "requested_by", "requested_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_operations_subject_created_at_id",
                table: "operations",
                columns: new[] { "subject", "created_at", "id" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_models_owner_name",
                table: "models",
                columns: new[] { "owner", "name" });

            migrationBuilder.CreateIndex(
                name: "ix_events_subject_sequence",
                table: "events",
                columns: new[] { "subject", "sequence" })
                .Annotation("Npgsql:IndexOperators", new[] { "text_pattern_ops" });

            migrationBuilder.CreateIndex(
                name: "ix_endpoints_created_at_id",
                table: "endpoints",
                columns: new[] { "created_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_endpoints_updated_at_id",
                table: "endpoints",
                columns: new[] { "updated_at", "id" });

            migrationBuilder.Sql(NameSearch.Create);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(NameSearch.Drop);

            migrationBuilder.DropIndex(
                name: "ix_versions_model_id_created_at_number",
                table: "versions");

            migrationBuilder.DropIndex(
                name: "ix_promotions_requested_by_requested_at_id",
                table: "promotions");

            migrationBuilder.DropIndex(
                name: "ix_operations_subject_created_at_id",
                table: "operations");

            migrationBuilder.DropIndex(
                name: "ix_models_owner_name",
                table: "models");

            migrationBuilder.DropIndex(
                name: "ix_events_subject_sequence",
                table: "events");

            migrationBuilder.DropIndex(
                name: "ix_endpoints_created_at_id",
                table: "endpoints");

            migrationBuilder.DropIndex(
                name: "ix_endpoints_updated_at_id",
                table: "endpoints");

            migrationBuilder.CreateIndex(
                name: "ix_models_owner",
                table: "models",
                column: "owner");

            migrationBuilder.CreateIndex(
                name: "ix_events_subject_sequence",
                table: "events",
                columns: new[] { "subject", "sequence" });
        }
    }
}
