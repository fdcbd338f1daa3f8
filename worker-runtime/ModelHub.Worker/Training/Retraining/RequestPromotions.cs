using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Database.Events;
using ModelHub.Domain.Events;
using ModelHub.Domain.Experiments;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Training;
using ModelHub.Worker.Jobs;

namespace ModelHub.Worker.Training.Retraining;

/// <summary>
/// Asks for the promotion of challengers that are better, once they are ready: in the name of who set the triggers, with all gates and
/// approvals of the environment. What is in the way for a while is waited for; a newer run takes an older one's place.
/// </summary>
internal sealed partial class RequestPromotions(IDbContextFactory<ModelHubDb> databases, Changes changes, ILogger<RequestPromotions> logger, TimeProvider time)
    : Loop(changes, logger)
{
    protected override async Task<bool> RunOnceAsync(CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var wanted = await db.TrainingRuns.AsNoTracking().Where(r => r.PromotionWanted).OrderBy(r => r.RequestedAt).Select(r => r.Id).ToListAsync(ct);
        foreach (var run in wanted) await LookAsync(run, ct);
        return false;
    }

    private async Task LookAsync(TrainingRunId id, CancellationToken ct)
    {
        await using var db = await databases.CreateDbContextAsync(ct);
        var run = await db.TrainingRuns.Include(r => r.Pipeline).Include(r => r.Version!.Model).SingleAsync(r => r.Id == id, ct);
        if (!run.PromotionWanted || run.Version is not { } version) return;
        var newer = await db.TrainingRuns.AnyAsync(r => r.PipelineId == run.PipelineId && r.RequestedAt > run.RequestedAt && r.VersionId != null, ct);
        if (newer) await NoteAsync(db, run, "a newer run has made a version since", forGood: true, ct);
        else if (run.Pipeline.Triggers?.Promote is not { } rule) await NoteAsync(db, run, "the pipeline asks for no promotions any more", forGood: true, ct);
        else if (version.State == VersionState.Failed) await NoteAsync(db, run, $"the version failed: {version.Failure}", forGood: true, ct);
        else if (version.State == VersionState.Ready) await AskAsync(db, run, rule, ct);
    }

    private async Task AskAsync(ModelHubDb db, TrainingRun run, PromotionRule rule, CancellationToken ct)
    {
        var (actor, now) = (RetrainPipelines.ActorOf(run.Pipeline), time.GetUtcNow());
        if ((await db.RequestPromotionAsync(new PromotionWish(run.Version!, rule.Environment, rule.Plan, rule.Rollout()), actor, now, ct)).IsRefused(out var refusal, out var asked))
        {
            db.ChangeTracker.Clear();
            var again = await db.TrainingRuns.Include(r => r.Pipeline).Include(r => r.Version!.Model).SingleAsync(r => r.Id == run.Id, ct);
            await NoteAsync(db, again, refusal.Message, forGood: refusal is not (PromotionInProgress or ExperimentInProgress or EnvironmentFrozen), ct);
            return;
        }
        run.Promoted(asked.Promotion.Id);
        if (await db.CommitAsync(asked.Events, actor, ct) is { } lost) LogLost(run.Id.Value, lost.Message);
        else LogAsked(run.Id.Value, run.Version!.Model.Name, run.Version.Number, rule.Environment);
    }

    private static async Task NoteAsync(ModelHubDb db, TrainingRun run, string why, bool forGood, CancellationToken ct)
    {
        if (!run.NotPromoted(why, forGood)) return;
        Event[] events = forGood ? [new ChallengerNotPromoted(run.Id.Value, run.Pipeline.Name, run.Version!.Model.Name, run.Version.Number, why)] : [];
        // Refused when another worker wrote first: the next look finds what it left.
        _ = await db.CommitAsync(events, RetrainPipelines.ActorOf(run.Pipeline), ct);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Run {Run}: asked for the promotion of {Model}@{Version} into {Environment}")]
    private partial void LogAsked(Guid run, string model, int version, string environment);

    [LoggerMessage(Level = LogLevel.Debug, Message = "Run {Run}: another one asked for a promotion first ({Reason})")]
    private partial void LogLost(Guid run, string reason);
}
