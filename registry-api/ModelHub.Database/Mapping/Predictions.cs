using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Mapping;

internal static class Predictions
{
    public static void MapPredictions(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<PredictionWindow>(Map);
        modelBuilder.Entity<Prediction>(Map);
        modelBuilder.Entity<Label>(Map);
        modelBuilder.Entity<LedgerCount>(count => count.HasKey(c => new { c.Run, c.EndpointId }));
    }

    private static void Map(EntityTypeBuilder<PredictionWindow> window)
    {
        window.Property(w => w.Distribution).IsJson();
        window.HasKey(w => new { w.VariantId, w.Start, w.RouterId });
        window.HasIndex(w => w.Start);
    }

    /// <summary>The table is made by SQL of our own, for it is partitioned by day; here it is only read.</summary>
    private static void Map(EntityTypeBuilder<Prediction> prediction)
    {
        prediction.ToTable("predictions", table => table.ExcludeFromMigrations());
        prediction.HasOne(p => p.Version).WithMany().HasForeignKey(p => p.VersionId);
        prediction.Property(p => p.Inputs).HasColumnType("jsonb");
        prediction.Property(p => p.Outputs).HasColumnType("jsonb");
    }

    private static void Map(EntityTypeBuilder<Label> label)
    {
        label.ToTable("labels");
        label.Property(l => l.RequestId).HasMaxLength(Label.MostRequest);
        label.Property(l => l.Value).HasMaxLength(Label.MostValue);
        label.Property(l => l.Source).HasMaxLength(Label.MostSource);
        label.HasOne<Endpoint>().WithMany().HasForeignKey(l => l.EndpointId);
        label.HasIndex(l => new { l.EndpointId, l.RequestId });
        label.HasIndex(l => new { l.EndpointId, l.ArrivedAt });
    }
}
