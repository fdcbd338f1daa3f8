using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class TrainingTrials : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "best_trial",
                table: "training_runs",
                type: "integer",
                nullable: true);

            migrationBuilder.AddColumn<DateTimeOffset>(
                name: "search_until",
                table: "training_runs",
                type: "timestamp with time zone",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "parent_id",
                table: "operations",
                type: "uuid",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "training_trials",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    parameters = table.Column<string>(type: "jsonb", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    rung = table.Column<int>(type: "integer", nullable: false),
                    results = table.Column<string>(type: "jsonb", nullable: false),
                    metric = table.Column<double>(type: "double precision", nullable: true),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true),
                    revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_training_trials", x => x.id);
                    table.ForeignKey(
                        name: "fk_training_trials_operations_operation_id",
                        column: x => x.operation_id,
                        principalTable: "operations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_training_trials_training_runs_run_id",
                        column: x => x.run_id,
                        principalTable: "training_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_operations_parent_id",
                table: "operations",
                column: "parent_id",
                filter: "parent_id is not null");

            migrationBuilder.CreateIndex(
                name: "ix_training_trials_operation_id",
                table: "training_trials",
                column: "operation_id");

            migrationBuilder.CreateIndex(
                name: "ix_training_trials_run_id_metric_number",
                table: "training_trials",
                columns: new[] { "run_id", "metric", "number" });

            migrationBuilder.CreateIndex(
                name: "ix_training_trials_run_id_state_number",
                table: "training_trials",
                columns: new[] { "run_id", "state", "number" });

            migrationBuilder.CreateIndex(
                name: "uq_training_trials_number",
                table: "training_trials",
                columns: new[] { "run_id", "number" },
                unique: true);

            migrationBuilder.AddForeignKey(
                name: "fk_operations_operations_parent_id",
                table: "operations",
                column: "parent_id",
                principalTable: "operations",
                principalColumn: "id",
                onDelete: ReferentialAction.Restrict);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropForeignKey(
                name: "fk_operations_operations_parent_id",
                table: "operations");

            migrationBuilder.DropTable(
                name: "training_trials");

            migrationBuilder.DropIndex(
                name: "ix_operations_parent_id",
                table: "operations");

            migrationBuilder.DropColumn(
                name: "best_trial",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "search_until",
                table: "training_runs");

            migrationBuilder.DropColumn(
                name: "parent_id",
                table: "operations");
        }
    }
}
