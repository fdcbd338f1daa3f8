using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class BatchRuns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "batch_runs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    operation_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    version_id = table.Column<Guid>(type: "uuid", nullable: false),
                    files = table.Column<string>(type: "jsonb", nullable: false),
                    input_id = table.Column<Guid>(type: "uuid", nullable: true),
                    format = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    shard_rows = table.Column<int>(type: "integer", nullable: false),
                    nodes = table.Column<int>(type: "integer", nullable: false),
                    keep = table.Column<string>(type: "jsonb", nullable: false),
                    rows_total = table.Column<long>(type: "bigint", nullable: true),
                    rows_done = table.Column<long>(type: "bigint", nullable: false),
                    rows_failed = table.Column<long>(type: "bigint", nullable: false),
                    rate = table.Column<double>(type: "double precision", nullable: true),
                    dataset_id = table.Column<Guid>(type: "uuid", nullable: false),
                    output_id = table.Column<Guid>(type: "uuid", nullable: true),
                    requested_by = table.Column<string>(type: "text", nullable: false),
                    requested_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    started_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    ended_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    failure = table.Column<string>(type: "text", nullable: true),
                    revision = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_runs", x => x.id);
                    table.ForeignKey(
                        name: "fk_batch_runs_data_versions_input_id",
                        column: x => x.input_id,
                        principalTable: "data_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_runs_data_versions_output_id",
                        column: x => x.output_id,
                        principalTable: "data_versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_runs_datasets_dataset_id",
                        column: x => x.dataset_id,
                        principalTable: "datasets",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_runs_operations_operation_id",
                        column: x => x.operation_id,
                        principalTable: "operations",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_runs_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "batch_placements",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    batch_run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    version_id = table.Column<Guid>(type: "uuid", nullable: false),
                    node_id = table.Column<Guid>(type: "uuid", nullable: false),
                    state = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: false),
                    last_failure = table.Column<string>(type: "jsonb", nullable: true),
                    updated_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_placements", x => x.id);
                    table.ForeignKey(
                        name: "fk_batch_placements_batch_runs_batch_run_id",
                        column: x => x.batch_run_id,
                        principalTable: "batch_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_placements_nodes_node_id",
                        column: x => x.node_id,
                        principalTable: "nodes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_placements_versions_version_id",
                        column: x => x.version_id,
                        principalTable: "versions",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "batch_shards",
                columns: table => new
                {
                    batch_run_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<int>(type: "integer", nullable: false),
                    first_row = table.Column<long>(type: "bigint", nullable: false),
                    rows = table.Column<int>(type: "integer", nullable: false),
                    done_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    requests = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    node_id = table.Column<Guid>(type: "uuid", nullable: true),
                    digest = table.Column<string>(type: "text", nullable: true),
                    output = table.Column<byte[]>(type: "bytea", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_batch_shards", x => new { x.batch_run_id, x.number });
                    table.ForeignKey(
                        name: "fk_batch_shards_batch_runs_batch_run_id",
                        column: x => x.batch_run_id,
                        principalTable: "batch_runs",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_batch_shards_nodes_node_id",
                        column: x => x.node_id,
                        principalTable: "nodes",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateIndex(
                name: "ix_batch_placements_node_id_version_id",
                table: "batch_placements",
                columns: new[] { "node_id", "version_id" });

            migrationBuilder.CreateIndex(
                name: "ix_batch_placements_version_id",
                table: "batch_placements",
                column: "version_id");

            migrationBuilder.CreateIndex(
                name: "uq_batch_placements",
                table: "batch_placements",
                columns: new[] { "batch_run_id", "node_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_dataset_id",
                table: "batch_runs",
                column: "dataset_id");

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_input_id_requested_at_id",
                table: "batch_runs",
                columns: new[] { "input_id", "requested_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_operation_id",
                table: "batch_runs",
                column: "operation_id");

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_output_id",
                table: "batch_runs",
                column: "output_id");

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_requested_at_id",
                table: "batch_runs",
                columns: new[] { "requested_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_state_requested_at_id",
                table: "batch_runs",
                columns: new[] { "state", "requested_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_batch_runs_version_id_requested_at_id",
                table: "batch_runs",
                columns: new[] { "version_id", "requested_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_batch_shards_node_id",
                table: "batch_shards",
                column: "node_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "batch_placements");

            migrationBuilder.DropTable(
                name: "batch_shards");

            migrationBuilder.DropTable(
                name: "batch_runs");
        }
    }
}
