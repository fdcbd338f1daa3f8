using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Promotions;

/// <summary>The alias champion follows what goes live in the environment of the highest rank.</summary>
internal sealed class MoveChampion
{
    /// <summary>Pending changes for the caller's commit; none for a lower environment or when the alias is there already.</summary>
    public async Task<IReadOnlyList<Event>> MoveAsync(ModelHubDb db, Promotion promotion, DateTimeOffset now, CancellationToken ct)
    {
        var model = promotion.Version.Model;
        if (await db.Environments.AnyAsync(e => e.Rank > promotion.Environment.Rank, ct)) return [];
        var alias = await db.Aliases.Include(a => a.Version).SingleOrDefaultAsync(a => a.ModelId == model.Id && a.Name == Alias.Champion, ct);
        if (alias?.VersionId == promotion.VersionId) return [];
        var from = alias?.Version.Number;
        db.AliasChanges.Add(alias is null ? Create(db, promotion, now) : alias.Move(promotion.VersionId, OperationStore.Worker, now));
        return [new AliasMovedTo(model.Name, Alias.Champion, from, promotion.Version.Number)];
    }

    private static AliasChange Create(ModelHubDb db, Promotion promotion, DateTimeOffset now)
    {
        var (alias, change) = Alias.Create(promotion.Version.ModelId, Alias.Champion, promotion.VersionId, OperationStore.Worker, now).Value;
        db.Aliases.Add(alias);
        return change;
    }
}
