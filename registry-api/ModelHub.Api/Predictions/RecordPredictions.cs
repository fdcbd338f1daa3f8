using System.Diagnostics.Metrics;
using System.Text.Json;
using ModelHub.Api.Control;
using ModelHub.Api.Metrics;
using ModelHub.Domain.Predictions;
using ModelHub.Domain.Shadows;
using Json = ModelHub.Database.Conventions.Json;
using Wire = ModelHub.Protocol;

namespace ModelHub.Api.Predictions;

/// <summary>Writes down what variants said in a window. A window that comes twice counts once.</summary>
internal sealed class RecordPredictions(IDbContextFactory<ModelHubDb> factory, ILogger<RecordPredictions> log)
    : StoreTold<(RouterId Router, Wire.Predictions Said)>(MostHeld, log)
{
    private const int MostItems = 1_000;
    private const int MostHeld = 20_000;

    private static readonly Counter<long> Lost = ApiMeter.Meter.CreateCounter<long>("modelhub.api.answers.dropped", description: "What variants of a rollout said in a window, which came and was not stored.");

    // From the start, so that who scrapes sees the first of them as a rise from zero.
    static RecordPredictions() => Lost.Add(0);

    /// <exception cref="Wire.ProtocolException">what no router tells</exception>
    public void Offer(RouterId router, Wire.Predictions said)
    {
        if (said.Items.Length > MostItems || said.Items.Any(i => i.Output.Length > Limits.Name || !IsSound(i)))
            throw new Wire.ProtocolException($"Predictions of at most {MostItems} variants, each with an output of at most {Limits.Name} characters and counts on its scale.");
        Hold((router, said));
    }

    protected override int WeightOf((RouterId Router, Wire.Predictions Said) message) => message.Said.Items.Length + 1;

    protected override void Lose((RouterId Router, Wire.Predictions Said) message) => Lost.Add(message.Said.Items.Length);

    protected override async Task StoreAsync((RouterId Router, Wire.Predictions Said) message, CancellationToken ct)
    {
        var (router, said) = message;
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
