using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Operations;

namespace ModelHub.Worker.Jobs;

/// <summary>
/// Every write of an attempt: load the operation, let it judge by its fence, change the subject, commit both with their
/// events. A lost race is read again and judged again.
/// </summary>
internal sealed class OperationStore(IDbContextFactory<ModelHubDb> databases, Changes changes, Dispatch dispatch, TimeProvider time)
{
    public static readonly Actor Worker = Actor.System("worker");

    private const int Races = 20;

    public Changes Changes => changes;

    public async Task<Operation?> FindAsync(OperationId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        return await db.Operations.AsNoTracking().FirstOrDefaultAsync(o => o.Id == id, ct);
    }

    /// <summary>Null when there is nothing to do: it has ended, or has begun too often and fails now.</summary>
    public async Task<Attempt?> BeginAsync(IWork work, OperationId id, int maximum, CancellationToken ct)
    {
        Attempt? begun = null;
        await WriteAsync(id, async (db, operation) =>
        {
            begun = null;
            if (operation.State.HasEnded()) return new OperationEnded(operation.State);
            if (operation.CancelRequested && operation.Attempts > 0) return await CancelledAsync(work, db, operation, operation.Attempts, ct);
            if (operation.Attempts >= maximum)
                return await FailedAsync(work, db, operation, operation.Attempts, $"gave up after {maximum} attempts; the last worker was lost", ct);
            if (operation.Begin(time.GetUtcNow()).IsRefused(out var refusal, out var number)) return refusal;
            var last = await db.OperationLog.Where(l => l.OperationId == id).MaxAsync(l => (long?)l.Sequence, ct) ?? 0;
            begun = new Attempt(operation, number, last);
            var events = await work.BeginAsync(db, operation, ct);
            return Events([new OperationStarted(id.Value, operation.Kind, operation.Subject, number), .. events]);
        }, ct);
        return begun;
    }

    /// <summary>Stores progress and lines; false when the attempt no longer counts.</summary>
    public async Task<bool> ReportAsync(IWork work, Attempt attempt, double progress, string? message, IReadOnlyList<LogLine> lines, CancellationToken ct) =>
        await WriteAsync(attempt.Id, async (db, operation) =>
        {
            if (operation.Report(attempt.Number, progress, message) is { } refusal) return refusal;
            await work.AdvanceAsync(db, operation, progress, ct);
            db.OperationLog.AddRange(lines.Select(l => new LogLine(l.OperationId, l.Sequence, l.Text, l.At)));
            return Events([]);
        }, ct) is null;

    public Task SucceedAsync(Attempt attempt, Conclusion conclusion, CancellationToken ct) =>
        WriteAsync(attempt.Id, async (db, operation) =>
        {
            if (operation.Succeed(attempt.Number, conclusion.Message, time.GetUtcNow()) is { } refusal) return refusal;
            var written = await conclusion.WriteAsync(db, ct);
            return written.Refusal is { } refused ? refused : Events([.. written.Value, Ended(operation)]);
        }, ct);

    /// <summary>The attempt has made children, which are written with it: the next attempt begins when they have ended.</summary>
    public Task AwaitChildrenAsync(IWork work, Attempt attempt, Conclusion conclusion, CancellationToken ct) =>
        WriteAsync(attempt.Id, async (db, operation) =>
        {
            if (operation.CancelRequested) return await CancelledAsync(work, db, operation, attempt.Number, ct);
            if (operation.AwaitChildren(attempt.Number, conclusion.Message) is { } refusal) return refusal;
            return await conclusion.WriteAsync(db, ct);
        }, ct);

    public Task FailAsync(IWork work, Attempt attempt, string reason, CancellationToken ct) =>
        WriteAsync(attempt.Id, (db, operation) => FailedAsync(work, db, operation, attempt.Number, reason, ct), ct);

    public Task CancelAsync(IWork work, Attempt attempt, CancellationToken ct) =>
        WriteAsync(attempt.Id, (db, operation) => CancelledAsync(work, db, operation, attempt.Number, ct), ct);

    /// <summary>This worker stops: another one takes it at once.</summary>
    public Task GiveBackAsync(Attempt attempt, CancellationToken ct) =>
        WriteAsync(attempt.Id, (_, operation) => Task.FromResult(
            operation.GiveBack(attempt.Number, "its worker shut down; it goes on elsewhere") is { } refusal ? refusal : Events([])), ct);

    /// <summary>A fault: again after 1, 4, 16, … 256 seconds, or failed when there were too many.</summary>
    public Task RetryAsync(IWork work, Attempt attempt, int maximum, string fault, CancellationToken ct) =>
        WriteAsync(attempt.Id, async (db, operation) =>
        {
            if (attempt.Number >= maximum)
                return await FailedAsync(work, db, operation, attempt.Number, $"failed {maximum} times, the last time with: {fault}", ct);
            var pause = TimeSpan.FromSeconds(Math.Pow(4, Math.Min(attempt.Number, RunOperation.MaximumAttempts) - 1));
            if (operation.Report(attempt.Number, 0, $"attempt {attempt.Number} failed ({fault}); again in {pause.TotalSeconds:0} s") is { } refusal) return refusal;
            await dispatch.InTransactionAsync(db, operation, pause, ct);
            return Events([]);
        }, ct);

    private async Task<Result<IReadOnlyList<Event>>> FailedAsync(IWork work, ModelHubDb db, Operation operation, int attempt, string reason, CancellationToken ct)
    {
        if (operation.Fail(attempt, reason, time.GetUtcNow()) is { } refusal) return refusal;
        return Events([.. await work.FailAsync(db, operation, reason, ct), Ended(operation)]);
    }

    private async Task<Result<IReadOnlyList<Event>>> CancelledAsync(IWork work, ModelHubDb db, Operation operation, int attempt, CancellationToken ct)
    {
        if (operation.Cancelled(attempt, time.GetUtcNow()) is { } refusal) return refusal;
        return Events([.. await work.CancelAsync(db, operation, ct), Ended(operation)]);
    }

    private async Task<Refusal?> WriteAsync(OperationId id, Func<ModelHubDb, Operation, Task<Result<IReadOnlyList<Event>>>> change, CancellationToken ct)
    {
        for (var race = 1; ; race++)
        {
            await using var db = await databases.CreateDbContextAsync(ct);
            if (await db.Operations.FirstOrDefaultAsync(o => o.Id == id, ct) is not { } operation) return new OperationNotFound();
            var changed = await change(db, operation);
            if (changed.Refusal is { } refusal) return refusal;
            if (await db.CommitAsync(changed.Value, Worker, ct) is not { } conflict) return null;
            if (race == Races) throw new InvalidOperationException($"Operation {id.Value} lost {Races} races in a row: {conflict.Message}");
        }
    }

    private static OperationEndedWith Ended(Operation operation) =>
        new(operation.Id.Value, operation.Kind, operation.Subject, operation.State, operation.Failure);

    private static Result<IReadOnlyList<Event>> Events(IReadOnlyList<Event> events) => new List<Event>(events);
}
