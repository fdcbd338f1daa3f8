using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;

namespace ModelHub.Database.Mapping;

internal static class Shadows
{
    private const string Open = "state in ('Placing', 'Running')";

    public static void MapShadows(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<ShadowTest>(Map);
        modelBuilder.Entity<ComparisonRow>(Map);
    }

    private static void Map(EntityTypeBuilder<ShadowTest> test)
    {
        test.Property(t => t.Options).IsJson();
        test.Property(t => t.Findings).IsJson();
        test.Property(t => t.Found).IsJson();
        test.HasOne(t => t.Endpoint).WithMany().HasForeignKey(t => t.EndpointId);
        test.HasOne<Variant>().WithMany().HasForeignKey(t => t.VariantId);
        test.HasOne(t => t.Version).WithMany().HasForeignKey(t => t.VersionId);
        test.HasOne(t => t.Against).WithMany().HasForeignKey(t => t.AgainstId);
        test.HasOne<Promotion>().WithMany().HasForeignKey(t => t.PromotionId);
        test.HasIndex(t => new { t.EndpointId, t.VersionId }, "uq_shadow_tests_open").IsUnique().HasFilter(Open);
        test.HasIndex(t => t.VariantId);
        test.HasIndex(t => new { t.StartedAt, t.Id });
        test.HasIndex(t => new { t.EndpointId, t.StartedAt, t.Id });
        // For the gate that asks for a passed test of a version.
        test.HasIndex(t => new { t.VersionId, t.EndedAt });
        test.HasIndex(t => t.AgainstId);
        test.HasIndex(t => t.PromotionId);
    }

    private static void Map(EntityTypeBuilder<ComparisonRow> row)
    {
        row.ToTable("comparisons");
        row.HasKey(r => new { r.ShadowTestId, r.RouterId, r.Since });
        row.Property(r => r.Found).IsJson();
        row.HasOne<ShadowTest>().WithMany().HasForeignKey(r => r.ShadowTestId);
        row.HasOne<Router>().WithMany().HasForeignKey(r => r.RouterId);
    }
}
