using System.Text.Json;
using ModelHub.Protocol;
using Found = ModelHub.Protocol.Comparison;
using Json = ModelHub.Database.Conventions.Json;

namespace ModelHub.Api.Shadows;

/// <summary>Writes down what a router found of a shadow, over what it had found before. Words about tests that are over, or against another version, are nobody's.</summary>
internal sealed class RecordComparison(IDbContextFactory<ModelHubDb> factory)
{
    public async Task RunAsync(RouterId router, Found found, CancellationToken ct)
    {
        var comparison = ReadComparison.Of(found);
        if (comparison.Check() is { } fault)
            throw new ProtocolException(fault.Message);
        await using var db = await factory.CreateDbContextAsync(ct);
        var (since, until) = (found.Window.Start, found.Window.Start.AddSeconds(found.Window.Seconds));
        await db.Database.ExecuteSqlAsync($"""
            insert into comparisons (shadow_test_id, router_id, since, until, found)
            select t.id, {router.Value}, {since}, {until}, {JsonSerializer.Serialize(comparison, Json.Options)}::jsonb from shadow_tests t
            where t.variant_id = {found.VariantId} and t.against_id = {found.PrimaryVersionId} and t.state in ('Placing', 'Running')
            on conflict (shadow_test_id, router_id, since) do update set until = excluded.until, found = excluded.found where comparisons.until <= excluded.until
            """, ct);
    }
}
