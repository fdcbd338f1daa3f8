using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Shadows;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Shadows;

/// <summary>
/// Moves every open shadow test by one step at a time: read the facts, ask the domain, write once. Two workers may do it at once: the
/// revision lets one of them win.
/// </summary>
internal sealed partial class AdvanceShadowTests(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<AdvanceShadowTests> logger, TimeProvider time)
    : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var open = await db.ShadowTests.AsNoTracking().Where(t => ShadowTestStates.Open.Contains(t.State)).OrderBy(t => t.StartedAt).Select(t => t.Id).ToListAsync(ct);
        var advanced = false;
        foreach (var test in open) advanced |= await AdvanceAsync(test, ct);
        return advanced;
    }

    /// <returns>Whether it moved, so that a look at its next step is worth it.</returns>
    private async Task<bool> AdvanceAsync(ShadowTestId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        if (await ObservedShadowTest.ReadAsync(db, id, ct) is not { } observed) return false;
        var now = time.GetUtcNow();
        var (test, step) = (observed.Test, observed.Test.Next(observed.Facts, now));
        if (await WriteAsync(db, observed, step, now, ct) is { } refusal)
        {
            LogLost(id.Value, step.GetType().Name, refusal.Message);
            return false;
        }
        if (step is ShadowStep.Wait) return false;
        LogStep(id.Value, observed.Model, test.Version.Number, observed.Environment, test.State, test.Reason);
        return true;
    }

    /// <returns>Null when written; else why not: somebody else changed the test or its endpoint first.</returns>
    private static async Task<Refusal?> WriteAsync(ModelHubDb db, ObservedShadowTest observed, ShadowStep step, DateTimeOffset now, CancellationToken ct)
    {
        var test = observed.Test;
        switch (step)
        {
            case ShadowStep.Wait wait when test.Reason == wait.For:
                return null;
            case ShadowStep.Wait wait:
                test.Explain(wait.For, now);
                return await db.CommitAsync([], OperationStore.Worker, ct);
            case ShadowStep.Run:
                test.Run(now);
                return await db.CommitAsync(new ShadowTestRuns(test.Id.Value, observed.Model, test.Version.Number, observed.Environment), OperationStore.Worker, ct);
            case ShadowStep.Stop stop when test.Stop(stop.Reason, observed.Facts.Found, now) is { } refusal:
                return refusal;
            case ShadowStep.Stop:
                break;
            case ShadowStep.End end:
                test.End(end.Judgement, observed.Facts.Found, now);
                break;
            default:
                throw new InvalidOperationException($"A step of a new kind: {step}.");
        }
        await db.CloseShadowTestAsync(test, OperationStore.Worker, now, ct);
        return await db.CommitAsync(observed.Over(), OperationStore.Worker, ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Shadow test {Test} of {Model}@{Version} in {Environment}: {State} {Reason}")]
    private partial void LogStep(Guid test, string model, int version, string environment, ShadowTestState state, string? reason);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Shadow test {Test}: {Step} was written by another one first ({Reason})")]
    private partial void LogLost(Guid test, string step, string reason);
}
