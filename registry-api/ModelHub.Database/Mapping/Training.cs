using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Training;

namespace ModelHub.Database.Mapping;

internal static class Training
{
    public static void MapTraining(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Pipeline>(Map);
        modelBuilder.Entity<TrainingRun>(Map);
    }

    private static void Map(EntityTypeBuilder<Pipeline> pipeline)
    {
        pipeline.Property(p => p.Definition).HasColumnType("jsonb");
        pipeline.HasOne(p => p.Model).WithMany().HasForeignKey(p => p.ModelId);
        pipeline.HasOne(p => p.Dataset).WithMany().HasForeignKey(p => p.DatasetId);
        pipeline.HasIndex(p => p.Name).IsUnique().HasDatabaseName("uq_pipelines_name");
        pipeline.HasIndex(p => new { p.CreatedAt, p.Id });
    }

    private static void Map(EntityTypeBuilder<TrainingRun> run)
    {
        run.Property(r => r.Definition).HasColumnType("jsonb");
        run.Property(r => r.Parameters).IsJson();
        run.Property(r => r.Metrics).IsJson();
        run.HasOne(r => r.Pipeline).WithMany().HasForeignKey(r => r.PipelineId);
        run.HasOne(r => r.Operation).WithMany().HasForeignKey(r => r.OperationId);
        run.HasOne(r => r.DataVersion).WithMany().HasForeignKey(r => r.DataVersionId);
        run.HasOne(r => r.Version).WithMany().HasForeignKey(r => r.VersionId);
        run.HasOne(r => r.ParentVersion).WithMany().HasForeignKey(r => r.ParentVersionId);
        run.HasIndex(r => new { r.PipelineId, r.RequestedAt, r.Id });
        run.HasIndex(r => new { r.State, r.RequestedAt, r.Id });
        run.HasIndex(r => new { r.RequestedAt, r.Id });
    }
}
