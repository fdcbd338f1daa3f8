using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Predictions;

namespace ModelHub.Database.Predictions;

/// <summary>The days of the ledger, and how long each endpoint's part of them is kept.</summary>
public static class KeepPredictions
{
    /// <summary>A batch that is not stored by then never will be.</summary>
    private static readonly TimeSpan BatchesLive = TimeSpan.FromDays(1);

    private static readonly DayPartitions Days = new("predictions");

    /// <inheritdoc cref="DayPartitions.EnsureAsync"/>
    public static Task EnsureAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct) => Days.EnsureAsync(db, now, ct);

    /// <summary>Drops the days that no endpoint keeps any more, and of the others the rows of endpoints that keep fewer; so with labels and counts.</summary>
    /// <returns>how many whole days were dropped, how many predictions and labels were deleted</returns>
    public static async Task<(int Days, int Predictions, int Labels)> DropOldAsync(ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        var policies = await db.Endpoints.AsNoTracking().Where(e => e.Ledger != null).Select(e => new { e.Id, e.Ledger }).ToListAsync(ct);
        var longest = Math.Max(LedgerPolicy.UsualDays, policies.Count == 0 ? 0 : policies.Max(p => p.Ledger!.Days));
        var days = await Days.DropAsync(db, now.AddDays(-longest), ct);
        Guid[] endpoints = [.. policies.Select(p => p.Id.Value)];
        DateTimeOffset[] limits = [.. policies.Select(p => now.AddDays(-p.Ledger!.Days))];
        var usual = now.AddDays(-LedgerPolicy.UsualDays);
        var predictions = await db.Database.ExecuteSqlAsync($"""
            delete from predictions p using endpoints e left join unnest({endpoints}, {limits}) as k(id, before) on k.id = e.id
            where p.endpoint_id = e.id and p.at < coalesce(k.before, {usual})
            """, ct);
        var labels = await db.Database.ExecuteSqlAsync($"""
            delete from labels l using endpoints e left join unnest({endpoints}, {limits}) as k(id, before) on k.id = e.id
            where l.endpoint_id = e.id and l.arrived_at < coalesce(k.before, {usual})
            """, ct);
        await db.Database.ExecuteSqlAsync($"delete from prediction_batches where at < {now - BatchesLive}", ct);
        await db.Database.ExecuteSqlAsync($"delete from ledger_counts where told_at < {usual}", ct);
        return (days, predictions, labels);
    }
}
