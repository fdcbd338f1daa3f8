using System.Diagnostics.Metrics;
using ModelHub.Api.Control;
using ModelHub.Api.Metrics;
using ModelHub.Protocol;

namespace ModelHub.Api.Experiments;

/// <summary>
/// Writes down which keys were given which arms. A key counts once: its first arm and its first value stand, whoever tells it how often.
/// Words about experiments that are over are nobody's.
/// </summary>
internal sealed class RecordExposures(IDbContextFactory<ModelHubDb> factory, ILogger<RecordExposures> log) : StoreTold<Exposures>(MostKeys, log)
{
    private const int MostKeys = 500_000;

    private static readonly Counter<long> Lost = ApiMeter.Meter.CreateCounter<long>("modelhub.api.exposures.dropped", description: "Keys of experiments that came and were not stored.");

    // From the start, so that who scrapes sees the first of them as a rise from zero.
    static RecordExposures() => Lost.Add(0);

    /// <exception cref="ProtocolException">what no router tells</exception>
    public void Offer(Exposures dealt)
    {
        if (dealt.Items.Length > Exposures.MostItems || dealt.Items.Any(i => i.Value is { } value && !double.IsFinite(value)))
            throw new ProtocolException($"Exposures of at most {Exposures.MostItems} keys, with finite values.");
        Hold(dealt);
    }

    protected override int WeightOf(Exposures message) => message.Items.Length;

    protected override void Lose(Exposures message) => Lost.Add(message.Items.Length);

    protected override async Task StoreAsync(Exposures message, CancellationToken ct)
    {
        // One statement may not touch a row twice.
        var items = message.Items.DistinctBy(i => i.Key).ToList();
        Guid[] keys = [.. items.Select(i => i.Key)], requests = [.. items.Select(i => i.Request)], variants = [.. items.Select(i => i.VariantId)];
        double?[] values = [.. items.Select(i => i.Value)];
        DateTimeOffset[] times = [.. items.Select(i => i.At)];
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            insert into exposures (experiment_id, key, request, arm, value, at)
            select a.experiment_id, v.key, v.request, a.number, v.value, v.at
            from unnest({keys}, {requests}, {variants}, {values}, {times}) as v(key, request, variant, value, at)
            join experiment_arms a on a.experiment_id = {message.Experiment} and a.variant_id = v.variant
            join experiments e on e.id = a.experiment_id and e.state = 'Running'
            on conflict (experiment_id, key) do update set value = excluded.value
                where exposures.value is null and excluded.value is not null and exposures.arm = excluded.arm
            """, ct);
    }
}
