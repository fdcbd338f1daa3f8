using ModelHub.Domain.Events;

namespace ModelHub.Api.Training;

/// <param name="Environment">Where the pipeline's model was served.</param>
/// <param name="Window">How far back from now, 10 seconds to 366 days.</param>
/// <param name="MinimumRows">With fewer labelled rows it fails; 1,000 when left out.</param>
internal sealed record FreezeLedgerInput(string Pipeline, string Environment, TimeSpan Window, int? MinimumRows, string? IdempotencyKey);

[MutationType]
internal static class FreezeLedger
{
    /// <summary>
    /// Has a worker write the labelled predictions of a pipeline's model as the next version of the pipeline's dataset, as triggered runs do: in the order of
    /// time, the label as the target. <c>startTraining</c> takes that version once it is ready.
    /// </summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(PipelineNotFound))]
    [Error(typeof(DatasetNotFound))]
    [Error(typeof(EndpointNotFound))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<LedgerFreeze, Refusal>> FreezeLedgerAsync(FreezeLedgerInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(FreezeLedger), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<LedgerFreeze>> RunAsync(FreezeLedgerInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Pipeline)))
            return new NotPermitted();
        if (await db.Pipelines.Include(p => p.Model).Include(p => p.Dataset).SingleOrDefaultAsync(p => p.Name == input.Pipeline, ct) is not { } pipeline)
            return new PipelineNotFound(input.Pipeline);
        if (pipeline.Dataset is not { } dataset)
            return new DatasetNotFound("");
        // What callers sent goes into the dataset: whoever does that may write the one and read the other.
        if (!caller.May(Permission.Write, Place.Of(dataset.Name)) || !caller.May(Permission.Read, Place.In(pipeline.Model.Name, input.Environment)))
            return new NotPermitted();
        if (!await db.Endpoints.AnyAsync(e => e.ModelId == pipeline.ModelId && e.Environment.Name == input.Environment, ct))
            return new EndpointNotFound(pipeline.Model.Name, input.Environment);

        var id = LedgerFreezeId.New(now);
        var operation = Operation.Enqueue(OperationKinds.FreezeLedger, Subjects.Pipeline(pipeline.Name), id.Value, caller.Actor, now);
        var rule = new LedgerRule(input.Environment, input.Window, input.MinimumRows ?? LedgerRule.UsualRows);
        if (LedgerFreeze.Request(id, pipeline, rule, operation.Id, caller.Actor, now).IsRefused(out var refusal, out var freeze))
            return refusal;
        db.Operations.Add(operation);
        db.LedgerFreezes.Add(freeze);
        return await db.CommitAsync(new LedgerFreezeRequested(pipeline.Name, pipeline.Model.Name, input.Environment, rule.Window), caller.Actor, ct) is { } refused ? refused : freeze;
    }
}
