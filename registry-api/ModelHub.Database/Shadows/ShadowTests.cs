using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Promotions;
using ModelHub.Domain.Rollouts;
using ModelHub.Domain.Shadows;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Database;

/// <summary>Opens and ends shadow tests with all that changes with them. The caller commits, with the event.</summary>
public sealed partial class ModelHubDb
{
    /// <param name="candidate">With its model.</param>
    /// <param name="endpoint">With its valid variants and their versions, and its environment.</param>
    /// <param name="promotion">The promotion of which it is a stage.</param>
    public async Task<Result<(ShadowTest Test, Event Started)>> OpenShadowTestAsync(
        Version candidate, Endpoint endpoint, ShadowOptions options, PromotionId? promotion, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var open = ShadowTestStates.Open;
        var (model, environment) = (candidate.Model.Name, endpoint.Environment.Name);
        var underTest = await ShadowTests.Where(t => t.EndpointId == endpoint.Id && open.Contains(t.State)).Select(t => t.VersionId).ToListAsync(ct);
        var against = endpoint.Primary()?.Version.Number;
        if (ShadowTest.Open(new(candidate, model, environment, endpoint, underTest, options, promotion), actor, now).IsRefused(out var refusal, out var test))
            return refusal;
        await MirrorAsync(endpoint, $"shadow test {test.Id.Value}", actor, now, candidate, ct);
        ShadowTests.Add(test);
        return (test, new ShadowTestStarted(test.Id.Value, model, candidate.Number, against!.Value, environment, options.Percent, promotion?.Value));
    }

    /// <summary>Ends the shadow of a test that is over, and forgets the words of routers: the test keeps their sum.</summary>
    /// <param name="test">With its version and its endpoint, whose valid variants and their versions are loaded too.</param>
    public async Task CloseShadowTestAsync(ShadowTest test, Actor actor, DateTimeOffset now, CancellationToken ct)
    {
        var keepWarm = test is { State: ShadowTestState.Passed, Options.Accompanies: false } ? now + ShadowTest.KeepWarm : now;
        test.Endpoint.EndMirror(test.VariantId, keepWarm, now);
        await MirrorAsync(test.Endpoint, $"shadow test {test.Id.Value} is {test.State}", actor, now, test.Version, ct);
        // Who would write one in this moment waits, and finds the test over.
        await Database.ExecuteSqlAsync($"select 1 from shadow_tests where id = {test.Id.Value} for update", ct);
        await Comparisons.Where(r => r.ShadowTestId == test.Id).ExecuteDeleteAsync(ct);
    }

    /// <summary>What all routers have found so far.</summary>
    public async Task<Comparison> FoundAsync(ShadowTestId test, CancellationToken ct) =>
        (await Comparisons.AsNoTracking().Where(r => r.ShadowTestId == test).Select(r => r.Found).ToListAsync(ct)).Aggregate(Comparison.None, (a, b) => a.Merge(b));

    private async Task MirrorAsync(Endpoint endpoint, string reason, Actor actor, DateTimeOffset now, Version candidate, CancellationToken ct)
    {
        var routes = await BumpAsync(Numbered.Routes, ct);
        var fresh = endpoint.Variants.Where(v => Entry(v).State == EntityState.Detached).ToList();
        Variants.AddRange(fresh);
        RoutingChanges.Add(new RoutingChange(
            endpoint.Id,
            [
                .. endpoint.Variants.Where(v => v.ValidTo is null)
                    .Select(v => new RoutedVariant(v.Id, v.VersionId, v.VersionId == candidate.Id ? candidate.Number : v.Version.Number, v.Role, v.Weight)),
            ], routes, reason, actor, now));
    }
}
