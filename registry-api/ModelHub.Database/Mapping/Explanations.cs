using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Data;
using ModelHub.Domain.Explanations;

namespace ModelHub.Database.Mapping;

internal static class Explanations
{
    public static void MapExplanations(this ModelBuilder modelBuilder) => modelBuilder.Entity<VersionImportance>(Map);

    private static void Map(EntityTypeBuilder<VersionImportance> importance)
    {
        importance.Property(i => i.Settings).IsJson();
        importance.Property(i => i.Result).IsJson();
        importance.HasOne(i => i.Version).WithMany().HasForeignKey(i => i.VersionId);
        importance.HasOne<DataVersion>().WithMany().HasForeignKey(i => i.DataVersionId);
        importance.HasOne(i => i.Operation).WithMany().HasForeignKey(i => i.OperationId);
        importance.HasIndex(i => new { i.VersionId, i.RequestedAt, i.Id });
    }
}
