using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;
using ModelHub.Domain.Basics;

namespace ModelHub.Database.Conventions;

/// <summary>Moves the revision of every changed thing by one. The mapping makes it the concurrency token, so a lost update is refused.</summary>
internal sealed class MoveRevisions : SaveChangesInterceptor
{
    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result) =>
        throw new NotSupportedException("Changes are committed asynchronously.");

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        var entries = eventData.Context!.ChangeTracker.Entries().ToList();
        var owners = entries.Where(e => e.Metadata.IsOwned() && e.State is not EntityState.Unchanged).Select(e => OwnerOf(e, entries)).ToHashSet();
        foreach (var entry in entries.Where(e => e.Entity is IRevisioned))
            Move(entry.Property(nameof(IRevisioned.Revision)), entry.State, owners.Contains(entry.Entity));
        return ValueTask.FromResult(result);
    }

    private static void Move(PropertyEntry revision, EntityState state, bool partsChanged)
    {
        if (state == EntityState.Added)
            revision.CurrentValue = 1L;
        else if (state == EntityState.Modified || (state == EntityState.Unchanged && partsChanged))
            revision.CurrentValue = (long)revision.OriginalValue! + 1;
    }

    /// <summary>A changed tag is a change of what carries it.</summary>
    private static object? OwnerOf(EntityEntry part, List<EntityEntry> entries)
    {
        var ownership = part.Metadata.FindOwnership()!;
        var key = ownership.Properties.Select(p => part.Property(p.Name).CurrentValue);
        return entries.Find(e => e.Metadata == ownership.PrincipalEntityType
            && ownership.PrincipalKey.Properties.Select(p => e.Property(p.Name).CurrentValue).SequenceEqual(key))?.Entity;
    }
}
