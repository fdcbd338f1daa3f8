using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class RolloutPlans : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "rollout",
                table: "promotions",
                type: "jsonb",
                nullable: false,
                defaultValue: """{"name":"blue-green","stages":[{"stage":"live"}]}""");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "rollout",
                table: "promotions");
        }
    }
}
