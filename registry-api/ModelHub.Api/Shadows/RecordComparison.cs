using System.Text.Json;
using ModelHub.Protocol;
using Found = ModelHub.Protocol.Comparison;
using Json = ModelHub.Database.Conventions.Json;

namespace ModelHub.Api.Shadows;

/// <summary>
/// Writes down what a router found of a shadow, over what it had found before. Words about tests that are over, or against another version, are nobody's; while
/// one is being closed they wait to see how it ends.
/// </summary>
internal sealed class RecordComparison(IDbContextFactory<ModelHubDb> factory)
{
    /// <exception cref="ProtocolException">what no router finds</exception>
    public static void Check(Found found)
    {
        if (ReadComparison.Of(found).Check() is { } fault)
            throw new ProtocolException(fault.Message);
    }

    /// <param name="found">checked</param>
    public async Task RunAsync(RouterId router, Found found, CancellationToken ct)
    {
        var comparison = ReadComparison.Of(found);
        await using var db = await factory.CreateDbContextAsync(ct);
        var (since, until) = (found.Window.Start, found.Window.Start.AddSeconds(found.Window.Seconds));
        await db.Database.ExecuteSqlAsync($"""
            insert into comparisons (shadow_test_id, router_id, since, until, found)
            select t.id, {router.Value}, {since}, {until}, {JsonSerializer.Serialize(comparison, Json.Options)}::jsonb from shadow_tests t
            where t.variant_id = {found.VariantId} and t.against_id = {found.PrimaryVersionId} and t.state in ('Placing', 'Running') for share
            on conflict (shadow_test_id, router_id, since) do update set until = excluded.until, found = excluded.found where comparisons.until <= excluded.until
            """, ct);
    }
}
