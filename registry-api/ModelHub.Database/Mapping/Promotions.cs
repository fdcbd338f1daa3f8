using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using Environment = ModelHub.Domain.Environments.Environment;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Database.Mapping;

internal static class Promotions
{
    private const string Open = "state in ('Requested', 'GatesEvaluating', 'AwaitingApproval', 'Placing', 'RollingOut', 'Shifting', 'Watching')";

    public static void MapPromotions(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Promotion>(Map);
        modelBuilder.Entity<Approval>(Map);
        modelBuilder.Entity<GateEvidence>(Map);
        modelBuilder.Entity<RolloutVerdict>(Map);
        modelBuilder.Entity<VersionBlock>(Map);
        modelBuilder.Entity<GateRound>(Map);
    }

    private static void Map(EntityTypeBuilder<Promotion> promotion)
    {
        promotion.Property(p => p.Steps).IsJson();
        promotion.Property(p => p.Rollout).IsJson();
        promotion.Property(p => p.Stages).IsJson();
        promotion.Property(p => p.Watch).IsJson();
        promotion.Property(p => p.FreezeOverride).IsJson();
        promotion.HasOne(p => p.Version).WithMany().HasForeignKey(p => p.VersionId);
        promotion.HasOne(p => p.Environment).WithMany().HasForeignKey(p => p.EnvironmentId);
        promotion.HasOne(p => p.Endpoint).WithMany().HasForeignKey(p => p.EndpointId);
        promotion.HasOne(p => p.Replaces).WithMany().HasForeignKey(p => p.ReplacesId);
        promotion.HasMany(p => p.Approvals).WithOne().HasForeignKey(a => a.PromotionId);
        promotion.HasIndex(p => p.EndpointId, "uq_promotions_open").IsUnique().HasFilter(Open);
        promotion.HasIndex(p => new { p.RequestedAt, p.Id });
        promotion.HasIndex(p => new { p.State, p.RequestedAt, p.Id });
        promotion.HasIndex(p => new { p.EnvironmentId, p.RequestedAt, p.Id });
        promotion.HasIndex(p => new { p.EndpointId, p.RequestedAt, p.Id });
        promotion.HasIndex(p => new { p.RequestedBy, p.RequestedAt, p.Id });
        promotion.HasIndex(p => new { p.VersionId, p.RequestedAt, p.Id });
    }

    private static void Map(EntityTypeBuilder<Approval> approval) =>
        approval.HasIndex(a => new { a.PromotionId, a.Person }).IsUnique().HasDatabaseName("uq_approvals_person");

    private static void Map(EntityTypeBuilder<GateEvidence> evidence)
    {
        evidence.Property(e => e.Inputs).IsJson();
        evidence.HasOne<Promotion>().WithMany().HasForeignKey(e => e.PromotionId);
        evidence.HasIndex(e => new { e.PromotionId, e.EvaluatedAt });
    }

    private static void Map(EntityTypeBuilder<RolloutVerdict> verdict)
    {
        verdict.Property(v => v.Facts).IsJson();
        verdict.Property(v => v.Findings).IsJson();
        verdict.HasOne<Promotion>().WithMany().HasForeignKey(v => v.PromotionId);
        verdict.HasIndex(v => new { v.PromotionId, v.At });
    }

    private static void Map(EntityTypeBuilder<VersionBlock> block)
    {
        block.HasOne<Version>().WithMany().HasForeignKey(b => b.VersionId);
        block.HasOne<Environment>().WithMany().HasForeignKey(b => b.EnvironmentId);
        block.HasOne<Promotion>().WithMany().HasForeignKey(b => b.PromotionId);
        block.HasIndex(b => new { b.VersionId, b.EnvironmentId }, "uq_version_blocks_holding").IsUnique().HasFilter("lifted_at is null");
        block.HasIndex(b => b.PromotionId);
        block.HasIndex(b => b.EnvironmentId);
    }

    private static void Map(EntityTypeBuilder<GateRound> round)
    {
        round.Property(r => r.Facts).IsJson();
        round.HasOne<Promotion>().WithMany().HasForeignKey(r => r.PromotionId);
        round.HasIndex(r => new { r.PromotionId, r.EvaluatedAt });
    }
}
