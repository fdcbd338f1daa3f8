using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class NodeGrpcAddress : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "grpc_address",
                table: "nodes",
                type: "text",
                nullable: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "grpc_address",
                table: "nodes");
        }
    }
}
