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
        version.HasOne(v => v.Dataset).WithMany().HasForeignKey(v => v.DatasetId);
        version.HasIndex(v => new { v.DatasetId, v.Number }).IsUnique().HasDatabaseName("uq_data_versions_dataset_number");
        version.HasIndex(v => v.Digest);
    }
}
