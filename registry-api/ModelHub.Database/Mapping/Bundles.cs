using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Bundles;

namespace ModelHub.Database.Mapping;

internal static class Bundles
{
    public static void MapBundles(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<BundleKey>(Map);
        modelBuilder.Entity<BundleExport>(Map);
    }

    private static void Map(EntityTypeBuilder<BundleKey> key)
    {
        key.Property(k => k.Sealed).IsJson();
        key.HasIndex(k => k.Number).IsUnique().HasDatabaseName("uq_bundle_keys_number");
    }

    private static void Map(EntityTypeBuilder<BundleExport> export)
    {
        export.HasOne(e => e.Version).WithMany().HasForeignKey(e => e.VersionId);
        export.HasIndex(e => new { e.ExportedAt, e.Id });
        export.HasIndex(e => new { e.VersionId, e.ExportedAt, e.Id });
    }
}
