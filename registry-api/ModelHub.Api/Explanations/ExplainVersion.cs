using System.Globalization;
using System.Text.Json;
using ModelHub.Api.Models;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Events;
using ModelHub.Domain.Explanations;

namespace ModelHub.Api.Explanations;

/// <param name="Data">The rows to measure on; the data it was made from, when that is one version and this is left out.</param>
/// <param name="Target">The column that holds the truth; what its pipeline predicts, when left out.</param>
/// <param name="Positive">Of two classes the one that counts; the later one in the order of their names, when left out.</param>
/// <param name="Metric">What is measured; AUC where the version tells probabilities, else accuracy, RMSE of numbers, when left out.</param>
/// <param name="Repeats">How often each column is permuted; 5 when left out.</param>
/// <param name="MaxRows">Rows that it is measured on at most; 10,000 when left out, a sample of more.</param>
/// <param name="Seed">Of the sample and the permutations; 1 when left out.</param>
internal sealed record ExplainVersionInput(
    string Model, int Version, DataVersionRef? Data, string? Target, string? Positive, ImportanceMetric? Metric, int? Repeats, int? MaxRows, int? Seed, string? IdempotencyKey);

[MutationType]
internal static class ExplainVersion
{
    /// <summary>
    /// Has a worker measure how much each column matters to a version: how much worse it gets when the column's values are dealt to other rows
    /// (permutation importance). What was measured in the same way before, and has not failed, is answered at once.
    /// </summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(VersionNotFound))]
    [Error(typeof(VersionNotReady))]
    [Error(typeof(VersionNotExplainable))]
    [Error(typeof(NotFromRows))]
    [Error(typeof(InputsMissing))]
    [Error(typeof(DataVersionNotFound))]
    [Error(typeof(DataVersionNotReady))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<VersionImportance, Refusal>> ExplainVersionAsync(ExplainVersionInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(ExplainVersion), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time.GetUtcNow(), ct), ct);

    private static async Task<Result<VersionImportance>> RunAsync(ExplainVersionInput input, Caller caller, ModelHubDb db, DateTimeOffset now, CancellationToken ct)
    {
        if (!caller.May(Permission.Write, Place.Of(input.Model)))
            return new NotPermitted();
        if (await db.Versions.AsNoTracking().SingleOrDefaultAsync(v => v.Model.Name == input.Model && v.Number == input.Version, ct) is not { } version)
            return new VersionNotFound(input.Model, input.Version);
        if ((await DataAsync(input.Data, version, db, ct)).IsRefused(out var refusal, out var data))
            return refusal;
        if (!caller.May(Permission.Read, Place.Of(data.Dataset.Name)))
            return new NotPermitted();

        var settings = new ImportanceSettings(
            input.Target ?? await TargetAsync(version, db, ct) ?? "", input.Positive, input.Metric, input.Repeats ?? ImportanceSettings.UsualRepeats, input.MaxRows ?? ImportanceSettings.UsualRows, input.Seed ?? 1);
        var id = VersionImportanceId.New(now);
        var operation = Operation.Enqueue(OperationKinds.MeasureImportance, Subjects.Version(input.Model, input.Version), id.Value, caller.Actor, now);
        if (VersionImportance.Request(id, input.Model, version, data, settings, operation.Id, caller.Actor, now).IsRefused(out refusal, out var importance))
            return refusal;
        if (await DoneBeforeAsync(db, importance, ct) is { } done)
            return done;

        db.Operations.Add(operation);
        db.VersionImportances.Add(importance);
        var requested = new ImportanceRequested(input.Model, input.Version, string.Create(CultureInfo.InvariantCulture, $"{data.Dataset.Name}@{data.Number}"));
        return await db.CommitAsync(requested, caller.Actor, ct) is { } refused ? refused : importance;
    }

    private static async Task<Result<DataVersion>> DataAsync(DataVersionRef? asked, Version version, ModelHubDb db, CancellationToken ct)
    {
        var all = db.DataVersions.AsNoTracking().Include(d => d.Dataset);
        if (asked is not null)
            return await all.SingleOrDefaultAsync(d => d.Dataset.Name == asked.Dataset && d.Number == asked.Version, ct) is { } named ? named : new DataVersionNotFound(asked.Dataset, asked.Version);
        var made = await all.Where(d => db.VersionDataVersions.Any(edge => edge.VersionId == version.Id && edge.DataVersionId == d.Id)).Take(2).ToListAsync(ct);
        return made is [var one] ? one : new InvalidInput("data", made.Count == 0 ? "a data version: none is named as what the version was made from" : "one of the data versions that the version was made from");
    }

    /// <summary>What its pipeline predicts, when a run made it.</summary>
    private static async Task<string?> TargetAsync(Version version, ModelHubDb db, CancellationToken ct)
    {
        if (version.TrainingRunId is not { } made)
            return null;
        var definition = await db.TrainingRuns.Where(run => run.Id == made)
            .Join(db.Pipelines, run => run.PipelineId, pipeline => pipeline.Id, (_, pipeline) => pipeline.Definition).SingleOrDefaultAsync(ct);
        if (definition is null)
            return null;
        using var document = JsonDocument.Parse(definition);
        return document.RootElement.TryGetProperty("target", out var target) && target.ValueKind == JsonValueKind.String ? target.GetString() : null;
    }

    /// <summary>Neither versions nor data change, and the seed is part of what was asked.</summary>
    private static async Task<VersionImportance?> DoneBeforeAsync(ModelHubDb db, VersionImportance wanted, CancellationToken ct)
    {
        var same = await db.VersionImportances.AsNoTracking().Where(i => i.VersionId == wanted.VersionId && i.DataVersionId == wanted.DataVersionId)
            .Where(i => i.Operation.State != OperationState.Failed && i.Operation.State != OperationState.Cancelled).ToListAsync(ct);
        return same.Find(i => i.Settings == wanted.Settings);
    }
}
