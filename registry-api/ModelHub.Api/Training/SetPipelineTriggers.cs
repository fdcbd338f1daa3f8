using System.Text.Json;
using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

/// <param name="Triggers">
/// <c>{"schedule": {"cron", "timeZone"}, "onNewData": true, "onAlerts": ["drift.*"], "cooldown": "6h", "runsPerWeek": 3, "breakAfter": 3,
/// "evaluation": {"timeColumn", "heldOut": 0.2, "margin": 0}, "promote": {"environment", "plan", "when": "better"}, "ledger": {"environment", "window": "30d", "minimumRows": 1000}}</c>;
/// left out: nothing starts it by itself any more, and nothing holds back who starts it.
/// </param>
internal sealed record SetPipelineTriggersInput(string Pipeline, JsonElement? Triggers, long? ExpectedRevision, string? IdempotencyKey);

[MutationType]
internal static class SetPipelineTriggers
{
    /// <summary>Lets a pipeline run by itself: by a schedule, on new data, on alerts; and says what holds any run of it back.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PipelineNotFound))]
    [Error(typeof(RevisionConflict))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Pipeline, Refusal>> SetPipelineTriggersAsync(
        SetPipelineTriggersInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(SetPipelineTriggers), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<Pipeline>> RunAsync(SetPipelineTriggersInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Pipeline)))
            return new NotPermitted();
        if (await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleOrDefaultAsync(p => p.Name == input.Pipeline, ct) is not { } pipeline)
            return new PipelineNotFound(input.Pipeline);
        // What starts by itself later is started by whoever says so now.
        if (!MayDefine.Starts(caller, pipeline))
            return new NotPermitted();
        if (Read(input.Triggers, now).IsRefused(out var unfit, out var read))
            return unfit;
        if (read.Policy?.Promote is { } promote && !caller.May(Permission.RequestPromotion, Place.In(pipeline.Model.Name, promote.Environment)))
            return new NotPermitted();

        var refusal = Expect.Revision(pipeline, input.ExpectedRevision)
            ?? pipeline.SetTriggers(read.Policy, caller.Actor, now)
            ?? await db.CommitAsync(new PipelineTriggersSet(pipeline.Name, pipeline.Model.Name, read.Policy), caller.Actor, ct);
        return refusal is null ? pipeline : refusal;
    }

    private static Result<Asked> Read(JsonElement? triggers, DateTimeOffset now)
    {
        if (triggers is not { ValueKind: not (JsonValueKind.Null or JsonValueKind.Undefined) } document)
            return new Asked(null);
        if (RetrainingDocument.Read(document).IsRefused(out var refusal, out var policy))
            return refusal;
        return CronRules.Check(policy.Schedule, now) is { } unfit ? unfit : new Asked(policy);
    }

    private sealed record Asked(RetrainingPolicy? Policy);
}
