using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class TrafficRules : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "limit",
                table: "service_tokens",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "traffic",
                table: "endpoints",
                type: "jsonb",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "limit",
                table: "service_tokens");

            migrationBuilder.DropColumn(
                name: "traffic",
                table: "endpoints");
        }
    }
}
