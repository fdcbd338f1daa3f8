using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
using ModelHub.Domain.Training;

namespace ModelHub.Database;

/// <param name="Definition">The pipeline's, with <paramref name="Parameters"/> laid over it.</param>
public sealed record TrainingRequest(
    Pipeline Pipeline, DataVersion Data, IReadOnlyList<Parameter> Parameters, string Definition, IReadOnlyList<Cause> Causes, GuardOverride? Override = null);

public sealed partial class ModelHubDb
{
    /// <summary>Until <c>CommitAsync</c> nobody else asks for a run that makes a version of the model: what the guards say of it holds.</summary>
    public async Task HoldTrainingOfAsync(ModelId model, CancellationToken ct)
    {
        await BeginAsync(ct);
        await Database.ExecuteSqlAsync($"select 1 from models where id = {model.Value} for no key update", ct);
    }

    /// <summary>Adds a run with its operation, and ends the pipeline's skips. The caller commits, with the events.</summary>
    /// <param name="request">Its pipeline with model and dataset.</param>
    public async Task<Result<(TrainingRun Run, IReadOnlyList<Event> Events)>> RequestTrainingAsync(TrainingRequest request, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var (pipeline, id) = (request.Pipeline, TrainingRunId.New(now));
        var operation = Operation.Enqueue(OperationKinds.Train, Subjects.TrainingRun(id.Value), id.Value, actor, now);
        var asked = TrainingRun.Request(
            id, pipeline, operation.Id, request.Data.Id, await ParentAsync(pipeline.ModelId, ct), request.Parameters, request.Definition, actor, now);
        if (asked.IsRefused(out var refusal, out var run))
            return refusal;
        run.ExplainBy(request.Causes, request.Override);
        Operations.Add(operation);
        TrainingRuns.Add(run);
        foreach (var skip in await RetrainingSkips.Where(s => s.PipelineId == pipeline.Id && s.EndedAt == null).ToListAsync(ct))
            skip.End(now);
        return (run, (IReadOnlyList<Event>)[
            new TrainingRequested(id.Value, pipeline.Name, pipeline.Dataset!.Name, request.Data.Number),
            .. request.Causes.Any(cause => cause.Kind != CauseKind.ByHand) ? [new TrainingTriggered(id.Value, pipeline.Name, pipeline.Model.Name, request.Causes)] : Array.Empty<Event>(),
        ]);
    }

    /// <summary>A warm start begins at the champion, else at the newest version that is ready.</summary>
    private async Task<VersionId?> ParentAsync(ModelId model, CancellationToken ct) =>
        (await Aliases.AsNoTracking().SingleOrDefaultAsync(a => a.ModelId == model && a.Name == Alias.Champion, ct))?.VersionId
        ?? (await Versions.AsNoTracking().Where(v => v.ModelId == model && v.State == VersionState.Ready).OrderByDescending(v => v.Number).FirstOrDefaultAsync(ct))?.Id;
}
