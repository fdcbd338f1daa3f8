using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Bundles;

namespace ModelHub.Database.Mapping;

internal static class Bundles
{
    public static void MapBundles(this ModelBuilder modelBuilder) => modelBuilder.Entity<BundleKey>(key =>
    {
        key.Property(k => k.Sealed).IsJson();
        key.HasIndex(k => k.Number).IsUnique().HasDatabaseName("uq_bundle_keys_number");
    });
}
