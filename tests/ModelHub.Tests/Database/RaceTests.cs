using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Promotions;
using ModelHub.Tests.Domain;
using ModelHub.Tests.Support;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Database;

public sealed class RaceTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Of_a_hundred_who_promote_into_one_endpoint_at_once_one_wins_and_the_others_learn_why()
    {
        var version = await ReadyVersionAsync("race.promotions");

        var refusals = await Task.WhenAll(Enumerable.Range(0, 100).Select(i => PromoteAsync(version, Actor.User($"u{i}"))));

        Assert.Single(refusals, r => r is null);
        Assert.All(refusals.OfType<Refusal>(), r => Assert.IsType<PromotionInProgress>(r));
        await using var db = database.Open();
        Assert.Equal(1, await db.Promotions.CountAsync(p => p.VersionId == version.Id, ct));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Type == "promotion.requested", ct));
    }

    [Fact]
    public async Task Of_two_who_shift_one_endpoint_the_second_is_refused_and_one_primary_stays()
    {
        var version = await ReadyVersionAsync("race.shifts");
        var endpoint = await OpenEndpointAsync(version);
        await using var one = database.Open();
        await using var two = database.Open();
        var first = await one.Endpoints.Include(e => e.Variants).SingleAsync(e => e.Id == endpoint, ct);
        var second = await two.Endpoints.Include(e => e.Variants).SingleAsync(e => e.Id == endpoint, ct);
        first.Shift(version.Id, 1, Sample.Now, Sample.Now.AddSeconds(1));
        second.Shift(version.Id, 2, Sample.Now, Sample.Now.AddSeconds(2));

        var won = await one.CommitAsync([], Sample.Ada, ct);
        var lost = await two.CommitAsync([], Sample.Bob, ct);

        Assert.Null(won);
        Assert.IsType<RevisionConflict>(lost);
        await using var db = database.Open();
        Assert.Equal(1, (await db.Variants.SingleAsync(v => v.EndpointId == endpoint && v.ValidTo == null, ct)).Replicas);
    }

    private async Task<Version> ReadyVersionAsync(string name)
    {
        await using var db = database.Open();
        var model = Model.Create(name, new ModelDescription(), Sample.Ada, Sample.Now).Value;
        var version = Version.Register(model.Id, 1, new VersionRegistration(Digest.Of([1]).Value, 1, "onnx"), Sample.Ada, Sample.Now).Value;
        version.Accept(Sample.Credit, [], ArtifactScan.NotApplicable, Sample.Now);
        db.AddRange(model, version);
        Assert.Null(await db.CommitAsync(new ModelCreated(name), Sample.Ada, ct));
        return version;
    }

    private async Task<ModelHub.Domain.Rollouts.EndpointId> OpenEndpointAsync(Version version)
    {
        await using var db = database.Open();
        var endpoint = Endpoint.Open(version.ModelId, (await db.Environments.FirstAsync(ct)).Id, Sample.Now);
        db.Add(endpoint);
        Assert.Null(await db.CommitAsync([], Sample.Ada, ct));
        return endpoint.Id;
    }

    /// <summary>As the mutation does it: load, decide, commit.</summary>
    private async Task<Refusal?> PromoteAsync(Version version, Actor actor)
    {
        await using var db = database.Open();
        var environment = await db.Environments.SingleAsync(e => e.Name == "production", ct);
        var endpoint = await db.Endpoints.Include(e => e.Variants).SingleOrDefaultAsync(e => e.ModelId == version.ModelId && e.EnvironmentId == environment.Id, ct);
        if (endpoint is null)
            db.Add(endpoint = Endpoint.Open(version.ModelId, environment.Id, Sample.Now));
        var open = await db.Promotions.Where(p => p.EndpointId == endpoint.Id && PromotionStates.Open.Contains(p.State)).Select(p => (PromotionId?)p.Id).FirstOrDefaultAsync(ct);
        var loaded = await db.Versions.SingleAsync(v => v.Id == version.Id, ct);
        if (Promotion.Open(new PromotionRequest(loaded, "race.promotions", environment, endpoint.Id, null, open, null), actor, Sample.Now).IsRefused(out var refusal, out var promotion))
            return refusal;
        db.Add(promotion);
        return await db.CommitAsync(new PromotionRequested(promotion.Id.Value, "race.promotions", 1, "production", promotion.Plan), actor, ct);
    }
}
