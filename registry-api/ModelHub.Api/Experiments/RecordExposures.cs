using ModelHub.Protocol;

namespace ModelHub.Api.Experiments;

/// <summary>
/// Writes down which keys were given which arms. A key counts once: its first arm and its first value stand, whoever tells it how often.
/// Words about experiments that are over are nobody's.
/// </summary>
internal sealed class RecordExposures(IDbContextFactory<ModelHubDb> factory)
{
    public async Task RunAsync(Exposures dealt, CancellationToken ct)
    {
        if (dealt.Items.Length > Exposures.MostItems || dealt.Items.Any(i => i.Value is { } value && !double.IsFinite(value)))
            throw new ProtocolException($"Exposures of at most {Exposures.MostItems} keys, with finite values.");
        // One statement may not touch a row twice.
        var items = dealt.Items.DistinctBy(i => i.Key).ToList();
        Guid[] keys = [.. items.Select(i => i.Key)], requests = [.. items.Select(i => i.Request)], variants = [.. items.Select(i => i.VariantId)];
        double?[] values = [.. items.Select(i => i.Value)];
        DateTimeOffset[] times = [.. items.Select(i => i.At)];
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            insert into exposures (experiment_id, key, request, arm, value, at)
            select a.experiment_id, v.key, v.request, a.number, v.value, v.at
            from unnest({keys}, {requests}, {variants}, {values}, {times}) as v(key, request, variant, value, at)
            join experiment_arms a on a.experiment_id = {dealt.Experiment} and a.variant_id = v.variant
            join experiments e on e.id = a.experiment_id and e.state = 'Running'
            on conflict (experiment_id, key) do update set value = excluded.value
                where exposures.value is null and excluded.value is not null and exposures.arm = excluded.arm
            """, ct);
    }
}
