using System.Text.Json;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Shadows;
using Json = ModelHub.Database.Conventions.Json;
using Wire = ModelHub.Protocol;

namespace ModelHub.Api.Predictions;

/// <summary>Writes down what variants said in a window. A window that comes twice counts once.</summary>
internal sealed class RecordPredictions(IDbContextFactory<ModelHubDb> factory)
{
    private const int MostItems = 1_000;

    public async Task RunAsync(RouterId router, Wire.Predictions said, CancellationToken ct)
    {
        if (said.Items.Length > MostItems || said.Items.Any(i => i.Output.Length > Limits.Name || !IsSound(i)))
            throw new Wire.ProtocolException($"Predictions of at most {MostItems} variants, each with an output of at most {Limits.Name} characters and counts on its scale.");
        Guid[] variants = [.. said.Items.Select(i => i.VariantId)], endpoints = [.. said.Items.Select(i => i.EndpointId)], versions = [.. said.Items.Select(i => i.VersionId)];
        string[] outputs = [.. said.Items.Select(i => i.Output)], distributions = [.. said.Items.Select(i => JsonSerializer.Serialize(Of(i), Json.Options))];
        await using var db = await factory.CreateDbContextAsync(ct);
        await db.Database.ExecuteSqlAsync($"""
            insert into prediction_windows (variant_id, router_id, start, seconds, endpoint_id, version_id, output, distribution)
            select v.variant, {router.Value}, {said.Window.Start}, {said.Window.Seconds}, v.endpoint, v.version, v.output, v.distribution::jsonb
            from unnest({variants}, {endpoints}, {versions}, {outputs}, {distributions}) as v(variant, endpoint, version, output, distribution)
            on conflict do nothing
            """, ct);
    }

    private static Distribution Of(Wire.Prediction p) => new(
        p.Sampled, p.Zeros, new(p.Positive.Offset, p.Positive.Counts), new(p.Negative.Offset, p.Negative.Counts), [.. p.Classes.Select(c => new ClassCount(c.Class, c.Count))]);

    private static bool IsSound(Wire.Prediction p) =>
        p.Classes.Length <= Distribution.MostClasses + 1 && new[] { p.Positive, p.Negative }.All(h => h.Offset >= 0 && h.Offset <= LogScale.Difference.Buckets - h.Counts.Length);
}
