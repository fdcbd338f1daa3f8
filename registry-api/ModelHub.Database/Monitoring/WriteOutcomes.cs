using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Models;
using ModelHub.Domain.Monitoring;
using ModelHub.Domain.Rollouts;

namespace ModelHub.Database.Monitoring;

/// <summary>How the predictions of one variant came out whose labels came in one window.</summary>
public sealed record VariantOutcomes(EndpointId Endpoint, VariantId Variant, VersionId Version, OutcomeWindow Window);

/// <summary>Stores the outcomes of judged windows, each once. They are small and kept as long as what they are a reference for.</summary>
internal static class WriteOutcomes
{
    public static async Task RunAsync(ModelHubDb db, IReadOnlyCollection<VariantOutcomes> outcomes, CancellationToken ct)
    {
        foreach (var of in outcomes)
            await db.Database.ExecuteSqlAsync(
                $"""
                insert into outcome_windows (variant_id, window_from, window_to, endpoint_id, version_id, outcomes)
                values ({of.Variant.Value}, {of.Window.From}, {of.Window.To}, {of.Endpoint.Value}, {of.Version.Value}, {JsonSerializer.SerializeToUtf8Bytes(of.Window.Outcomes, Json.Options)})
                on conflict do nothing
                """, ct);
    }

    /// <summary>Those before that time, but for the first of a version that is still served: later ones are held against them.</summary>
    public static Task DropAsync(ModelHubDb db, DateTimeOffset before, CancellationToken ct) => db.Database.ExecuteSqlAsync(
        $"""
        delete from outcome_windows o using (
          select variant_id, window_from, row_number() over (partition by endpoint_id, version_id order by window_from, variant_id) as place from outcome_windows) ranked
        where o.variant_id = ranked.variant_id and o.window_from = ranked.window_from and o.window_to < {before}
          and (ranked.place > {ReadOutcomes.Most}
            or not exists (select 1 from variants v where v.endpoint_id = o.endpoint_id and v.version_id = o.version_id and v.valid_to is null))
        """, ct);
}
