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
        foreach (var entry in eventData.Context!.ChangeTracker.Entries<IRevisioned>())
            Move(entry);
        return ValueTask.FromResult(result);
    }

    private static void Move(EntityEntry<IRevisioned> entry)
    {
        var revision = entry.Property(e => e.Revision);
        if (entry.State == EntityState.Added)
            revision.CurrentValue = 1;
        else if (entry.State == EntityState.Modified)
            revision.CurrentValue = revision.OriginalValue + 1;
    }
}
