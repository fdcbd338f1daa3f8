using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Basics;

namespace ModelHub.Database.Mapping;

internal static class Everything
{
    /// <summary>What holds for all concepts alike: ids are made by the domain, revisions guard, nothing cascades but what is owned.</summary>
    public static void MapEverything(this ModelBuilder modelBuilder)
    {
        // Types without a key are what EF found inside JSON values; it drops them when the model is finished.
        foreach (var entity in modelBuilder.Model.GetEntityTypes().Where(e => !e.IsOwned() && e.FindPrimaryKey() is not null))
        {
            if (typeof(IRevisioned).IsAssignableFrom(entity.ClrType))
                entity.FindProperty(nameof(IRevisioned.Revision))!.IsConcurrencyToken = true;
            foreach (var property in entity.FindPrimaryKey()!.Properties.Where(p => Ids.Implements(p.ClrType)))
                property.ValueGenerated = ValueGenerated.Never;
            foreach (var foreignKey in entity.GetForeignKeys())
                foreignKey.DeleteBehavior = DeleteBehavior.Restrict;
        }
    }
}
