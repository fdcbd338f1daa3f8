using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Autoscaling : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "scaled_at",
                table: "variants",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<double>(
                name: "cpus_used",
                table: "nodes",
                type: "double precision",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "scaling",
                table: "endpoints",
                type: "jsonb",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "variant_loads",
                columns: table => new
                {
                    variant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    router_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    requests = table.Column<long>(type: "bigint", nullable: false),
                    outstanding = table.Column<double>(type: "double precision", nullable: false),
                    p99_ms = table.Column<double>(type: "double precision", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_variant_loads", x => new { x.variant_id, x.at, x.router_id });
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "variant_loads");

            migrationBuilder.DropColumn(
                name: "scaled_at",
                table: "variants");

            migrationBuilder.DropColumn(
                name: "cpus_used",
                table: "nodes");

            migrationBuilder.DropColumn(
                name: "scaling",
                table: "endpoints");
        }
    }
}
