using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Mapping;

internal static class Rollouts
{
    public static void MapRollouts(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Endpoint>(Map);
        modelBuilder.Entity<Variant>(Map);
        modelBuilder.Entity<VariantLoad>(load => load.HasKey(l => new { l.VariantId, l.At, l.RouterId }));
        modelBuilder.Entity<Placement>(Map);
        modelBuilder.Entity<RoutingChange>(Map);
        modelBuilder.Entity<Rollback>(Map);
    }

    private static void Map(EntityTypeBuilder<Endpoint> endpoint)
    {
        endpoint.Property(e => e.Scaling).IsJson();
        endpoint.Property(e => e.Traffic).IsJson();
        endpoint.Property(e => e.Ledger).IsJson();
        endpoint.Property(e => e.Monitoring).IsJson();
        endpoint.HasOne(e => e.Model).WithMany().HasForeignKey(e => e.ModelId);
        endpoint.HasOne(e => e.Environment).WithMany().HasForeignKey(e => e.EnvironmentId);
        endpoint.HasMany(e => e.Variants).WithOne(v => v.Endpoint).HasForeignKey(v => v.EndpointId);
        endpoint.HasIndex(e => new { e.ModelId, e.EnvironmentId }).IsUnique().HasDatabaseName("uq_endpoints_model_environment");
        endpoint.HasIndex(e => e.EnvironmentId);
        endpoint.HasIndex(e => new { e.CreatedAt, e.Id });
        endpoint.HasIndex(e => new { e.UpdatedAt, e.Id });
    }

    private static void Map(EntityTypeBuilder<Variant> variant)
    {
        variant.HasOne(v => v.Version).WithMany().HasForeignKey(v => v.VersionId);
        variant.HasIndex(v => v.EndpointId, "uq_variants_primary").IsUnique().HasFilter("valid_to is null and role = 'Primary'");
        variant.HasIndex(v => v.VersionId, "ix_variants_version_valid").HasFilter("valid_to is null");
        variant.HasIndex(v => new { v.EndpointId, v.ValidFrom });
        variant.HasIndex(v => v.VersionId);
    }

    private static void Map(EntityTypeBuilder<Placement> placement)
    {
        placement.Property(p => p.LastFailure).IsJson();
        placement.HasOne(p => p.Endpoint).WithMany().HasForeignKey(p => p.EndpointId);
        placement.HasOne(p => p.Version).WithMany().HasForeignKey(p => p.VersionId);
        placement.HasOne(p => p.Node).WithMany().HasForeignKey(p => p.NodeId);
        placement.HasIndex(p => new { p.EndpointId, p.VersionId, p.NodeId }).IsUnique().HasDatabaseName("uq_placements");
        placement.HasIndex(p => new { p.NodeId, p.VersionId });
        placement.HasIndex(p => p.VersionId);
    }

    private static void Map(EntityTypeBuilder<RoutingChange> change)
    {
        change.Property(c => c.Variants).IsJson();
        change.HasOne<Endpoint>().WithMany().HasForeignKey(c => c.EndpointId);
        change.HasIndex(c => new { c.EndpointId, c.At, c.Id });
    }

    private static void Map(EntityTypeBuilder<Rollback> rollback)
    {
        rollback.HasOne(r => r.Endpoint).WithMany().HasForeignKey(r => r.EndpointId);
        rollback.HasOne<Promotion>().WithMany().HasForeignKey(r => r.PromotionId);
        rollback.HasOne(r => r.FromVersion).WithMany().HasForeignKey(r => r.FromVersionId);
        rollback.HasOne(r => r.ToVersion).WithMany().HasForeignKey(r => r.ToVersionId);
        rollback.HasIndex(r => new { r.EndpointId, r.DecidedAt, r.Id });
        rollback.HasIndex(r => r.RoutesRevision).HasFilter("switched_at is null");
        rollback.HasIndex(r => r.EndpointId, "uq_rollbacks_loading").IsUnique().HasFilter("state = 'Loading'");
    }
}
