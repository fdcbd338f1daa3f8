using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace ModelHub.Migrations.Migrations
{
    /// <inheritdoc />
    public partial class PredictionLedger : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "ledger",
                table: "endpoints",
                type: "jsonb",
                nullable: true);

            migrationBuilder.AddColumn<byte[]>(
                name: "ledger_key",
                table: "endpoints",
                type: "bytea",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "labels",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    request_id = table.Column<string>(type: "character varying(128)", maxLength: 128, nullable: false),
                    row = table.Column<int>(type: "integer", nullable: false),
                    value = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false),
                    observed_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    arrived_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    source = table.Column<string>(type: "character varying(100)", maxLength: 100, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_labels", x => x.id);
                    table.ForeignKey(
                        name: "fk_labels_endpoints_endpoint_id",
                        column: x => x.endpoint_id,
                        principalTable: "endpoints",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Restrict);
                });

            migrationBuilder.CreateTable(
                name: "ledger_counts",
                columns: table => new
                {
                    run = table.Column<Guid>(type: "uuid", nullable: false),
                    endpoint_id = table.Column<Guid>(type: "uuid", nullable: false),
                    router_id = table.Column<Guid>(type: "uuid", nullable: false),
                    sampled = table.Column<long>(type: "bigint", nullable: false),
                    dropped = table.Column<long>(type: "bigint", nullable: false),
                    stored = table.Column<long>(type: "bigint", nullable: false),
                    began_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    told_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_ledger_counts", x => new { x.run, x.endpoint_id });
                });

            migrationBuilder.CreateIndex(
                name: "ix_labels_endpoint_id_arrived_at",
                table: "labels",
                columns: new[] { "endpoint_id", "arrived_at" });

            migrationBuilder.CreateIndex(
                name: "ix_labels_endpoint_id_request_id",
                table: "labels",
                columns: new[] { "endpoint_id", "request_id" });

            // Beside EF's migrations, for a day is a partition that the worker makes and drops. Without a key: COPY writes each batch once.
            migrationBuilder.Sql(
                """
                create table predictions (
                  id uuid not null, endpoint_id uuid not null, variant_id uuid not null, version_id uuid not null, router_id uuid not null,
                  request_id text not null, at timestamptz not null, latency_ms double precision not null, status integer not null, outcome text not null,
                  rows integer not null, inputs jsonb, outputs jsonb, omitted text) partition by range (at);
                create index ix_predictions_endpoint_id_at_id on predictions (endpoint_id, at, id);
                create index ix_predictions_endpoint_id_request_id on predictions (endpoint_id, request_id);
                create table prediction_batches (run uuid not null, number bigint not null, at timestamptz not null, primary key (run, number));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("drop table predictions; drop table prediction_batches");

            migrationBuilder.DropTable(
                name: "labels");

            migrationBuilder.DropTable(
                name: "ledger_counts");

            migrationBuilder.DropColumn(
                name: "ledger",
                table: "endpoints");

            migrationBuilder.DropColumn(
                name: "ledger_key",
                table: "endpoints");
        }
    }
}
