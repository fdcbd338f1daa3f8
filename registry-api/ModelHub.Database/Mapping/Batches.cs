using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Nodes;

namespace ModelHub.Database.Mapping;

internal static class Batches
{
    public static void MapBatches(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BatchRun>(Map);
        modelBuilder.Entity<BatchShard>(Map);
        modelBuilder.Entity<BatchPlacement>(Map);
    }

    private static void Map(EntityTypeBuilder<BatchRun> run)
    {
        run.Property(r => r.Files).IsJson();
        run.Property(r => r.Keep).IsJson();
        run.Ignore(r => r.InputFormat);
        run.Ignore(r => r.Columns);
        run.HasOne(r => r.Operation).WithMany().HasForeignKey(r => r.OperationId);
        run.HasOne(r => r.Version).WithMany().HasForeignKey(r => r.VersionId);
        run.HasOne(r => r.Input).WithMany().HasForeignKey(r => r.InputId);
        run.HasOne(r => r.Dataset).WithMany().HasForeignKey(r => r.DatasetId);
        run.HasOne(r => r.Output).WithMany().HasForeignKey(r => r.OutputId);
        run.HasIndex(r => new { r.VersionId, r.RequestedAt, r.Id });
        run.HasIndex(r => new { r.InputId, r.RequestedAt, r.Id });
        run.HasIndex(r => r.OutputId);
        run.HasIndex(r => r.OperationId);
        run.HasIndex(r => r.DatasetId);
        run.HasIndex(r => new { r.State, r.RequestedAt, r.Id });
        run.HasIndex(r => new { r.RequestedAt, r.Id });
    }

    private static void Map(EntityTypeBuilder<BatchShard> shard)
    {
        shard.HasKey(s => new { s.BatchRunId, s.Number });
        shard.HasOne<BatchRun>().WithMany().HasForeignKey(s => s.BatchRunId);
        shard.HasOne<InferenceNode>().WithMany().HasForeignKey(s => s.NodeId);
    }

    private static void Map(EntityTypeBuilder<BatchPlacement> placement)
    {
        placement.Property(p => p.LastFailure).IsJson();
        placement.HasOne(p => p.BatchRun).WithMany().HasForeignKey(p => p.BatchRunId);
        placement.HasOne(p => p.Version).WithMany().HasForeignKey(p => p.VersionId);
        placement.HasOne(p => p.Node).WithMany().HasForeignKey(p => p.NodeId);
        placement.HasIndex(p => new { p.BatchRunId, p.NodeId }).IsUnique().HasDatabaseName("uq_batch_placements");
        placement.HasIndex(p => new { p.NodeId, p.VersionId });
        placement.HasIndex(p => p.VersionId);
    }
}
