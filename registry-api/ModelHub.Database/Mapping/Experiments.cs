using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Mapping;

internal static class Experiments
{
    private const string Open = "state in ('Preparing', 'Running')";

    public static void MapExperiments(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Experiment>(Map);
        modelBuilder.Entity<ExperimentArm>(Map);
        modelBuilder.Entity<Exposure>(Map);
        modelBuilder.Entity<ExperimentLabel>(Map);
    }

    private static void Map(EntityTypeBuilder<Experiment> experiment)
    {
        experiment.Property(e => e.Options).IsJson();
        experiment.Property(e => e.Judgement).IsJson();
        experiment.Ignore(e => e.Control).Ignore(e => e.Winner).Ignore(e => e.WinnerNumber);
        experiment.HasOne(e => e.Endpoint).WithMany().HasForeignKey(e => e.EndpointId);
        experiment.HasMany(e => e.Arms).WithOne().HasForeignKey(a => a.ExperimentId);
        experiment.HasIndex(e => e.EndpointId, "uq_experiments_open").IsUnique().HasFilter(Open);
        experiment.HasIndex(e => new { e.StartedAt, e.Id });
        experiment.HasIndex(e => new { e.EndpointId, e.StartedAt, e.Id });
    }

    private static void Map(EntityTypeBuilder<ExperimentArm> arm)
    {
        arm.ToTable("experiment_arms");
        arm.HasKey(a => new { a.ExperimentId, a.Number });
        arm.HasOne(a => a.Version).WithMany().HasForeignKey(a => a.VersionId);
        arm.HasOne<Variant>().WithMany().HasForeignKey(a => a.VariantId);
        arm.HasIndex(a => a.VersionId);
        arm.HasIndex(a => a.VariantId);
    }

    private static void Map(EntityTypeBuilder<Exposure> exposure)
    {
        exposure.ToTable("exposures");
        exposure.HasKey(e => new { e.ExperimentId, e.Key });
        exposure.HasOne<Experiment>().WithMany().HasForeignKey(e => e.ExperimentId);
    }

    private static void Map(EntityTypeBuilder<ExperimentLabel> label)
    {
        label.ToTable("experiment_labels");
        label.HasKey(l => new { l.ExperimentId, l.Subject });
        label.HasOne<Experiment>().WithMany().HasForeignKey(l => l.ExperimentId);
    }
}
