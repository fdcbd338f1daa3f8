using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Models;
using ModelHub.Domain.Rollouts;
using ModelHub.Tests.Domain;
using ModelHub.Tests.Support;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Database;

public sealed class ServedAtTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_served_at_any_past_moment_agrees_with_the_log_of_random_switches()
    {
        var random = new Random(1);
        await using var db = database.Open();
        var model = Model.Create("served.at", new ModelDescription(), Sample.Ada, Sample.Now).Value;
        var versions = Enumerable.Range(1, 5)
            .Select(n => Version.Register(model.Id, n, new VersionRegistration(Digest.Of([(byte)n]).Value, 1, "onnx"), Sample.Ada, Sample.Now).Value).ToList();
        var endpoint = Endpoint.Open(model.Id, (await db.Environments.FirstAsync(ct)).Id, Sample.Now);
        db.Add(model);
        db.AddRange(versions);
        db.Add(endpoint);
        var log = new List<(DateTimeOffset At, VersionId Version)>();
        for (var at = Sample.Now; log.Count < 200; at = at.AddMilliseconds(random.Next(1, 5_000)))
        {
            var version = versions[random.Next(versions.Count)].Id;
            var variant = endpoint.Shift(version, 1, at, at);
            db.RoutingChanges.Add(new RoutingChange(endpoint.Id, [new(variant.Id, version, 1, variant.Role, variant.Weight)], log.Count + 1, "test", Sample.Ada, at));
            log.Add((at, version));
            Assert.Null(await db.CommitAsync([], Sample.Ada, ct));
        }

        for (var i = 0; i < 10_000; i++)
        {
            var at = Sample.Now.AddMilliseconds(random.Next(0, (int)(log[^1].At - Sample.Now).TotalMilliseconds + 5_000));
            var served = Assert.Single(await db.ServedAtAsync(endpoint.Id, at, ct));
            var routed = Assert.Single((await db.RoutingAtAsync(endpoint.Id, at, ct))!.Variants);
            var logged = log.FindLast(l => l.At <= at).Version;
            Assert.Equal((logged, logged, served.Id), (served.VersionId, routed.VersionId, routed.VariantId));
        }

        Assert.Empty(await db.ServedAtAsync(endpoint.Id, Sample.Now.AddMilliseconds(-1), ct));
        Assert.Null(await db.RoutingAtAsync(endpoint.Id, Sample.Now.AddMilliseconds(-1), ct));
        Assert.Equal(log[7].Version, Assert.Single(await db.ServedAtAsync(endpoint.Id, log[7].At, ct)).VersionId);
    }
}
