using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;

namespace ModelHub.Database.Mapping;

internal static class Data
{
    public static void MapData(this ModelBuilder modelBuilder)
    {
        modelBuilder.Entity<Dataset>(Map);
        modelBuilder.Entity<DataVersion>(Map);
        modelBuilder.Entity<Expectations>(Map);
        modelBuilder.Entity<DataDiff>(Map);
    }

    private static void Map(EntityTypeBuilder<Dataset> dataset)
    {
        dataset.Property(d => d.Name).HasMaxLength(Limits.Name);
        dataset.Property(d => d.Namespace).HasMaxLength(Limits.Name);
        dataset.HasIndex(d => d.Name).IsUnique().HasDatabaseName("uq_datasets_name");
        dataset.HasIndex(d => d.Name, "ix_datasets_name_prefix").HasOperators("text_pattern_ops");
        dataset.HasIndex(d => new { d.CreatedAt, d.Id });
        dataset.OwnsMany(d => d.Tags, t => t.MapTags("dataset_tags"));
    }

    private static void Map(EntityTypeBuilder<DataVersion> version)
    {
        version.Property(v => v.Files).IsJson();
        version.Property(v => v.Schema).IsJson();
        version.Property(v => v.Profile).IsJson();
        version.Property(v => v.Outcomes).IsJson();
        version.HasOne<Expectations>().WithMany().HasForeignKey(v => v.ExpectationsId);
        version.HasOne(v => v.Dataset).WithMany().HasForeignKey(v => v.DatasetId);
        version.HasIndex(v => new { v.DatasetId, v.Number }).IsUnique().HasDatabaseName("uq_data_versions_dataset_number");
        version.HasIndex(v => v.Digest);
        // Whose file is this? Asked when bytes are read, and before unreferenced ones are removed.
        version.HasIndex(v => v.Files).HasMethod("gin").HasOperators("jsonb_path_ops");
    }

    private static void Map(EntityTypeBuilder<Expectations> expectations)
    {
        expectations.Property(e => e.Rules).IsJson();
        expectations.HasOne<Dataset>().WithMany().HasForeignKey(e => e.DatasetId);
        expectations.HasIndex(e => new { e.DatasetId, e.Number }).IsUnique().HasDatabaseName("uq_expectations_number");
    }

    private static void Map(EntityTypeBuilder<DataDiff> diff)
    {
        diff.Property(d => d.Key).IsJson();
        diff.Property(d => d.Result).IsJson();
        diff.HasOne<DataVersion>().WithMany().HasForeignKey(d => d.FromId);
        diff.HasOne<DataVersion>().WithMany().HasForeignKey(d => d.ToId);
        diff.HasOne(d => d.Operation).WithMany().HasForeignKey(d => d.OperationId);
        diff.HasIndex(d => new { d.FromId, d.ToId });
    }
}
