using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Training;
using ModelHub.Domain.Training.Search;

namespace ModelHub.Database.Mapping;

internal static class Training
{
    public static void MapTraining(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Pipeline>(Map);
        modelBuilder.Entity<TrainingRun>(Map);
        modelBuilder.Entity<RetrainingSkip>(Map);
        modelBuilder.Entity<TrainingTrial>(Map);
        modelBuilder.Entity<LedgerFreeze>(Map);
    }

    private static void Map(EntityTypeBuilder<Pipeline> pipeline)
    {
        pipeline.Property(p => p.Definition).HasColumnType("jsonb");
        pipeline.Property(p => p.Triggers).IsJson();
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
        run.Property(r => r.Causes).IsJson().HasDefaultValueSql("'[]'::jsonb");
        run.Property(r => r.Override).IsJson();
        run.Property(r => r.Evaluation).IsJson();
        run.HasOne<Promotion>().WithMany().HasForeignKey(r => r.PromotionId);
        run.HasIndex(r => r.PipelineId, "ix_training_runs_to_promote").HasFilter("promotion_wanted");
        run.HasOne(r => r.Pipeline).WithMany().HasForeignKey(r => r.PipelineId);
        run.HasOne(r => r.Operation).WithMany().HasForeignKey(r => r.OperationId);
        run.HasOne(r => r.DataVersion).WithMany().HasForeignKey(r => r.DataVersionId);
        run.HasOne(r => r.Version).WithMany().HasForeignKey(r => r.VersionId);
        run.HasOne(r => r.ParentVersion).WithMany().HasForeignKey(r => r.ParentVersionId);
        run.HasIndex(r => new { r.PipelineId, r.RequestedAt, r.Id });
        run.HasIndex(r => new { r.State, r.RequestedAt, r.Id });
        run.HasIndex(r => new { r.RequestedAt, r.Id });
    }

    private static void Map(EntityTypeBuilder<LedgerFreeze> freeze)
    {
        freeze.ToTable("ledger_freezes");
        freeze.Property(f => f.Rule).IsJson();
        freeze.HasOne(f => f.Pipeline).WithMany().HasForeignKey(f => f.PipelineId);
        freeze.HasOne(f => f.Operation).WithMany().HasForeignKey(f => f.OperationId);
        freeze.HasOne(f => f.DataVersion).WithMany().HasForeignKey(f => f.DataVersionId);
    }

    private static void Map(EntityTypeBuilder<TrainingTrial> trial)
    {
        trial.ToTable("training_trials");
        trial.Ignore(t => t.HasEnded).Ignore(t => t.Facts);
        trial.Property(t => t.Parameters).HasColumnType("jsonb");
        trial.Property(t => t.Results).IsJson();
        trial.HasOne(t => t.Run).WithMany().HasForeignKey(t => t.RunId);
        trial.HasOne(t => t.Operation).WithMany().HasForeignKey(t => t.OperationId);
        trial.HasIndex(t => new { t.RunId, t.Number }).IsUnique().HasDatabaseName("uq_training_trials_number");
        trial.HasIndex(t => new { t.RunId, t.State, t.Number });
        trial.HasIndex(t => new { t.RunId, t.Metric, t.Number });
    }

    private static void Map(EntityTypeBuilder<RetrainingSkip> skip)
    {
        skip.ToTable("retraining_skips");
        skip.Property(s => s.About).HasMaxLength(Cause.MaxAbout);
        skip.HasOne(s => s.Pipeline).WithMany().HasForeignKey(s => s.PipelineId);
        skip.HasIndex(s => new { s.PipelineId, s.Kind, s.About, s.Guard }, "uq_retraining_skips_open").IsUnique().HasFilter("ended_at is null");
        skip.HasIndex(s => new { s.PipelineId, s.LastAt, s.Id });
    }
}
