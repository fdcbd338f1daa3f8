using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class RetirePlacements : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<long>(
                name: "retired_at_routes",
                table: "placements",
                type: "bigint",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "retired_at_routes",
                table: "placements");
        }
    }
}
