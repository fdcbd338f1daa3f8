using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Predictions;

namespace ModelHub.Database.Mapping;

internal static class Predictions
{
    public static void MapPredictions(this ModelBuilder modelBuilder) => modelBuilder.Entity<PredictionWindow>(Map);

    private static void Map(EntityTypeBuilder<PredictionWindow> window)
    {
        window.Property(w => w.Distribution).IsJson();
        window.HasKey(w => new { w.VariantId, w.Start, w.RouterId });
        window.HasIndex(w => w.Start);
    }
}
