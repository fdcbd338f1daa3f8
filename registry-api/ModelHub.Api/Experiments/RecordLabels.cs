using ModelHub.Domain.Experiments;

namespace ModelHub.Api.Experiments;

internal sealed record RecordLabelsInput([property: ID<Experiment>] ExperimentId Experiment, IReadOnlyList<LabelInput> Labels, string? IdempotencyKey);

[MutationType]
internal static class RecordLabels
{
    /// <summary>Says what became of keys. A label may come late, twice or corrected: of those for one key the latest counts.</summary>
    [Authorize(nameof(Permission.Write))]
    [Error(typeof(InvalidInput))]
    [Error(typeof(ExperimentNotFound))]
    [Error(typeof(ExperimentEnded))]
    [Error(typeof(LabelsNotCounted))]
    [Error(typeof(IdempotencyKeyReused))]
    public static Task<MutationResult<Experiment, Refusal>> RecordLabelsAsync(RecordLabelsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => db.OnceAsync(caller, nameof(RecordLabels), input, input.IdempotencyKey, () => RunAsync(input, caller, db, time, ct), ct);

    private static async Task<Result<Experiment>> RunAsync(RecordLabelsInput input, Caller caller, ModelHubDb db, TimeProvider time, CancellationToken ct)
        => (await new WriteLabels(db, caller, time).RunAsync(input.Experiment, input.Labels, ct)).IsRefused(out var refusal, out var written) ? refusal : written.Experiment;
}
