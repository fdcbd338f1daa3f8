using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Retraining;

/// <summary>Freezes the part of a ledger that somebody asked for; what comes of it is a data version, for as many runs as one likes.</summary>
internal sealed class FreezeByHand(IDbContextFactory<ModelHubDb> databases, FreezeLedger freeze, TimeProvider time) : IWork
{
    public string Kind => OperationKinds.FreezeLedger;

    public Task<IReadOnlyList<Event>> BeginAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    public async Task<Conclusion> RunAsync(Operation operation, IProgressLog log, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var asked = await LoadAsync(db, operation, ct);
        var frozen = await freeze.OfAsync(asked.Pipeline, asked.Rule, asked.RequestedAt, ct);
        if (frozen.File is not { } file) throw new BadInputException(frozen.Missing!);
        return new($"{frozen.Rows} labelled rows", async (write, token) =>
        {
            var row = await LoadAsync(write, operation, token);
            if ((await write.RegisterFrozenAsync(row.Pipeline, file, new Actor(row.RequestedBy), time.GetUtcNow(), token)).IsRefused(out var refusal, out var registered)) return refusal;
            row.Became(registered.Version.Id);
            return new List<Event> { registered.Registered };
        });
    }

    // The row itself says nothing of it: its operation tells what became of it.
    public Task<IReadOnlyList<Event>> FailAsync(ModelHubDb db, Operation operation, string reason, CancellationToken ct) => Nothing;

    public Task<IReadOnlyList<Event>> CancelAsync(ModelHubDb db, Operation operation, CancellationToken ct) => Nothing;

    private static Task<IReadOnlyList<Event>> Nothing => Task.FromResult<IReadOnlyList<Event>>([]);

    private static Task<LedgerFreeze> LoadAsync(ModelHubDb db, Operation operation, CancellationToken ct)
    {
        var id = LedgerFreezeId.From(operation.SubjectId);
        return db.LedgerFreezes.Include(f => f.Pipeline.Model).Include(f => f.Pipeline.Dataset).SingleAsync(f => f.Id == id, ct);
    }
}
