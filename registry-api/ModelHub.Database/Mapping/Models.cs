using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Database.Mapping;

internal static class Models
{
    public static void MapModels(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Model>(Map);
        modelBuilder.Entity<Version>(Map);
        modelBuilder.Entity<VersionDataVersion>(Map);
        modelBuilder.Entity<Alias>(Map);
        modelBuilder.Entity<AliasChange>(Map);
        modelBuilder.Entity<Check>(Map);
    }

    /// <summary>Tags are rows of their own, so that <c>Tags.Any(t => t.Key == k &amp;&amp; t.Value == v)</c> is an index look-up.</summary>
    public static void MapTags<TOwner>(this OwnedNavigationBuilder<TOwner, Tag> tags, string table)
        where TOwner : class
    {
        tags.ToTable(table);
        tags.Property(t => t.Key).HasMaxLength(Limits.TagKey);
        tags.Property(t => t.Value).HasMaxLength(Limits.TagValue);
        tags.HasIndex(t => new { t.Key, t.Value });
    }

    private static void Map(EntityTypeBuilder<Model> model)
    {
        model.Property(m => m.Name).HasMaxLength(Limits.Name);
        model.Property(m => m.Namespace).HasMaxLength(Limits.Name);
        model.HasIndex(m => m.Name).IsUnique().HasDatabaseName("uq_models_name");
        model.HasIndex(m => m.Name, "ix_models_name_prefix").HasOperators("text_pattern_ops");
        model.HasIndex(m => new { m.Owner, m.Name });
        model.HasIndex(m => new { m.CreatedAt, m.Id });
        model.HasIndex(m => new { m.UpdatedAt, m.Id });
        model.OwnsMany(m => m.Tags, t => t.MapTags("model_tags"));
    }

    private static void Map(EntityTypeBuilder<Version> version)
    {
        version.Property(v => v.Files).IsJson();
        version.Property(v => v.Scan).IsJson();
        version.Property(v => v.ScanAcceptance).IsJson();
        version.Property(v => v.Signature).IsJson();
        version.Property(v => v.Optimised).IsJson();
        version.Property(v => v.Sample).IsJson();
        version.Property(v => v.Metrics).IsJson();
        version.Property(v => v.Parameters).IsJson();
        version.HasOne(v => v.Model).WithMany().HasForeignKey(v => v.ModelId);
        version.HasOne(v => v.Parent).WithMany().HasForeignKey(v => v.ParentId);
        version.HasIndex(v => new { v.ModelId, v.Number }).IsUnique().HasDatabaseName("uq_versions_model_number");
        version.HasIndex(v => new { v.ModelId, v.State, v.Number });
        version.HasIndex(v => new { v.ModelId, v.CreatedAt, v.Number });
        version.HasIndex(v => new { v.CreatedAt, v.Id });
        version.HasIndex(v => v.Digest);
        version.HasIndex(v => v.TrainingRunId);
        version.OwnsMany(v => v.Tags, t => t.MapTags("version_tags"));
    }

    private static void Map(EntityTypeBuilder<VersionDataVersion> edge)
    {
        edge.HasKey(e => new { e.VersionId, e.DataVersionId });
        edge.HasOne(e => e.Version).WithMany(v => v.DataVersions).HasForeignKey(e => e.VersionId);
        edge.HasOne(e => e.DataVersion).WithMany().HasForeignKey(e => e.DataVersionId);
        edge.HasIndex(e => new { e.DataVersionId, e.VersionId });
    }

    private static void Map(EntityTypeBuilder<Alias> alias)
    {
        alias.HasOne(a => a.Model).WithMany().HasForeignKey(a => a.ModelId);
        alias.HasOne(a => a.Version).WithMany().HasForeignKey(a => a.VersionId);
        alias.HasIndex(a => new { a.ModelId, a.Name }).IsUnique().HasDatabaseName("uq_aliases_model_name");
    }

    private static void Map(EntityTypeBuilder<AliasChange> change)
    {
        change.HasOne<Model>().WithMany().HasForeignKey(c => c.ModelId);
        change.HasOne(c => c.FromVersion).WithMany().HasForeignKey(c => c.FromVersionId);
        change.HasOne(c => c.ToVersion).WithMany().HasForeignKey(c => c.ToVersionId);
        change.HasIndex(c => new { c.ModelId, c.Name, c.At, c.Id });
        change.HasIndex(c => new { c.ModelId, c.At, c.Id });
    }

    private static void Map(EntityTypeBuilder<Check> check)
    {
        check.HasOne(c => c.Version).WithMany().HasForeignKey(c => c.VersionId);
        check.HasIndex(c => new { c.VersionId, c.Name }).IsUnique().HasDatabaseName("uq_checks_version_name");
    }
}
