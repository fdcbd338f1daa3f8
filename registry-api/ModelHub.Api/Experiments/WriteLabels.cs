using ModelHub.Domain.Experiments;
using ModelHub.Protocol;

namespace ModelHub.Api.Experiments;

/// <summary>A number for a key, or for a request of it: any whose id the router made, or the one by which the key first came.</summary>
/// <param name="At">When it became known; now when left out. Of several for one key the latest counts.</param>
internal sealed record LabelInput(string? Key, string? Request, double Value, DateTimeOffset? At);

/// <summary>What the REST route and the mutation do alike.</summary>
internal sealed class WriteLabels(ModelHubDb db, Caller caller, TimeProvider time)
{
    /// <returns>how many labels there were</returns>
    public async Task<Result<(Experiment Experiment, int Labels)>> RunAsync(ExperimentId id, IReadOnlyList<LabelInput> labels, CancellationToken ct)
    {
        var experiment = await db.Experiments.Include(e => e.Endpoint.Model).Include(e => e.Endpoint.Environment)
            .SingleOrDefaultAsync(e => e.Id == id, ct);
        // Who may call the model may say how it went, and need not be able to read the registry.
        if (experiment is null || !(caller.May(Permission.Infer, experiment.Place()) || caller.May(Permission.Write, experiment.Place())))
            return experiment.IfVisible(caller, e => e.Endpoint.Model.Name) is null ? new ExperimentNotFound() : new NotPermitted();
        if (labels.Count is 0 or > ExperimentLabel.MostAtOnce)
            return new InvalidInput("labels", $"1 to {ExperimentLabel.MostAtOnce}");
        if (labels.Select(l => ExperimentLabel.Check(l.Key, l.Request, l.Value)).FirstOrDefault(refusal => refusal is not null) is { } unfit)
            return unfit;
        if (experiment.Options.Metric.Source != MetricSource.Labels)
            return new LabelsNotCounted();
        if (experiment.State.HasEnded())
            return new ExperimentEnded(experiment.State);
        await StoreAsync(experiment, labels, ct);
        return (experiment, labels.Count);
    }

    private async Task StoreAsync(Experiment experiment, IReadOnlyList<LabelInput> labels, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        // One statement may not touch a row twice: of those in one call the latest stands, of equal times the last.
        var latest = labels.Select((l, i) => (Subject: SubjectOf(experiment, l), l.Value, At: l.At?.ToUniversalTime() ?? now, Place: i))
            .GroupBy(l => l.Subject).Select(g => g.OrderBy(l => l.At).ThenBy(l => l.Place).Last()).OrderBy(l => l.Subject).ToList();
        Guid[] subjects = [.. latest.Select(l => l.Subject)];
        double[] values = [.. latest.Select(l => l.Value)];
        DateTimeOffset[] times = [.. latest.Select(l => l.At)];
        await db.Database.ExecuteSqlAsync($"""
            insert into experiment_labels (experiment_id, subject, value, at)
            select {experiment.Id.Value}, v.subject, v.value, v.at from unnest({subjects}, {values}, {times}) as v(subject, value, at)
            on conflict (experiment_id, subject) do update set value = excluded.value, at = excluded.at where experiment_labels.at <= excluded.at
            """, ct);
    }

    // An id that a router made tells the key; of a caller's own the first of a key is known.
    private static Guid SubjectOf(Experiment experiment, LabelInput label) =>
        label.Key is { } key ? UnitHash.OfKey(experiment.Salt, key)
        : UnitHash.TryReadKey(label.Request!, out var told) ? told
        : UnitHash.OfRequest(experiment.Salt, label.Request!);
}
