using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Database.Events;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using Npgsql;

namespace ModelHub.Database;

public sealed partial class ModelHubDb
{
    /// <summary>Set while an idempotent request holds the transaction: it commits rows, events and answer together at its end.</summary>
    private bool transactionIsHeld;

    /// <inheritdoc cref="CommitAsync(IReadOnlyList{Event}, Actor, CancellationToken)"/>
    public Task<Refusal?> CommitAsync(Event change, Actor actor, CancellationToken ct) => CommitAsync([change], actor, ct);

    /// <summary>
    /// Stores all pending rows and the events of them in one transaction, then wakes who waits for changes. The
    /// transaction that <see cref="TakeVersionNumberAsync"/> or a bump opened is the one that is committed.
    /// </summary>
    /// <returns>Null when done; else the refusal that a unique constraint or a newer revision stands for, and nothing is stored.</returns>
    public async Task<Refusal?> CommitAsync(IReadOnlyList<Event> events, Actor actor, CancellationToken ct)
    {
        var rows = events.Select(change => Row(change, actor)).ToList();
        Events.AddRange(rows);
        try
        {
            await SaveChangesAsync(ct);
        }
        catch (DbUpdateException failure)
        {
            if (await Refusals.OfAsync(failure, ct) is not { } refusal)
                throw;
            await ForgetAsync(ct);
            return refusal;
        }

        if (transactionIsHeld)
            return null;
        if (Database.CurrentTransaction is { } transaction)
            await transaction.CommitAsync(ct);
        await NotifyAsync(rows.Count == 0 ? "rows" : $"{rows[^1].Sequence}");
        return null;
    }

    /// <summary>Wakes every loop that waits on <see cref="Changes"/>, in all processes. For changes that are no event, such as an observed placement.</summary>
    /// <param name="payload">For people who listen: an event's sequence or a word.</param>
    public async Task NotifyAsync(string payload)
    {
        try
        {
            // Outside the transaction: a notifying commit holds a lock of the whole database while it flushes.
            await Database.ExecuteSqlAsync($"select pg_notify({Changes.Channel}, {payload})", CancellationToken.None);
        }
        catch (NpgsqlException) when (Database.CurrentTransaction is null)
        {
            // What was committed stands; the loops find it at their next look.
        }
    }

    /// <summary>What was refused must not be stored by the next commit on this context. A held transaction is the holder's to end.</summary>
    private async Task ForgetAsync(CancellationToken ct)
    {
        ChangeTracker.Clear();
        if (!transactionIsHeld && Database.CurrentTransaction is { } transaction)
            await transaction.RollbackAsync(ct);
    }

    private static EventRow Row(Event change, Actor actor) => new()
    {
        Id = Guid.CreateVersion7(),
        Type = change.Type,
        Subject = change.Subject,
        Actor = actor.Value,
        Data = JsonSerializer.Serialize(change, change.GetType(), Json.Options),
    };
}
