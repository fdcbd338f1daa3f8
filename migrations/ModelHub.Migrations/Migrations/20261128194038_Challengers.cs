using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class Challengers : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "evaluation",
                table: "training_runs",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "promotion_id",
                table: "training_runs",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "promotion_note",
                table: "training_runs",
                type: "text",
                nullable: true);

            migrationBuilder.AddColumn<bool>(
                name: "promotion_wanted",
                table: "training_runs",
                type: "boolean",
                nullable: false,
                defaultValue: false);

            migrationBuilder.CreateIndex(
                name: "ix_training_runs_promotion_id",
                table: "training_runs",
                column: "promotion_id");

            migrationBuilder.CreateIndex(
                name: "ix_training_runs_to_promote",
                table: "training_runs",
                column: "pipeline_id",
                filter: "promotion_wanted");

            migrationBuilder.AddForeignKey(
                name: "fk_training_runs_promotions_promotion_id",
                table: "training_runs",
                column: "promotion_id",
                principalTable: "promotions",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_training_runs_promotions_promotion_id",
                table: "training_runs");

            migrationBuilder.DropIndex(
                name: "ix_training_runs_promotion_id",
                table: "training_runs");

            migrationBuilder.DropIndex(
                name: "ix_training_runs_to_promote",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "evaluation",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "promotion_id",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "promotion_note",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "promotion_wanted",
                table: "training_runs");
        }
    }
}
