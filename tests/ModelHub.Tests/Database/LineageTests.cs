using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Shadows;
using ModelHub.Tests.Support;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;
using Version = ModelHub.Domain.Models.Version;

namespace ModelHub.Tests.Database;

public sealed class LineageTests(TestDatabase database) : IClassFixture<TestDatabase>
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Actor Ada = Actor.User("ada");

    private readonly CancellationToken ct = TestContext.Current.CancellationToken;

    [Fact]
    public async Task Live_versions_that_used_data_are_found_through_their_parents_and_only_while_they_are_live()
    {
        await using var db = database.Open();
        var data = Add(db.DataVersions, DataVersion.Register(Add(db.Datasets, Dataset.Create("lineage.data", null, [], Ada, Now).Value).Id, 1, [File], Ada, Now).Value);
        var model = Add(db.Models, Model.Create("lineage.model", new ModelDescription(), Ada, Now).Value);
        var trained = Add(db.Versions, New(model, 1, data: data.Id));
        var warm = Add(db.Versions, New(model, 2, parent: trained.Id));
        var warmer = Add(db.Versions, New(model, 3, parent: warm.Id));
        var stranger = Add(db.Versions, New(model, 4));
        var environments = await db.Environments.OrderBy(e => e.Rank).ToListAsync(ct);
        var staging = Add(db.Endpoints, Endpoint.Open(model.Id, environments[0].Id, Now));
        var production = Add(db.Endpoints, Endpoint.Open(model.Id, environments[1].Id, Now));
        staging.Shift(stranger.Id, 1, Now, Now);
        production.Shift(trained.Id, 1, Now, Now);
        Assert.Null(await db.CommitAsync([], Ada, ct));
        var first = (await db.LiveVersionsUsingAsync([data.Id], ct))[data.Id];

        production.Shift(warmer.Id, 1, Now.AddHours(1), Now.AddMinutes(1));
        Assert.Null(await db.CommitAsync([], Ada, ct));
        var second = (await db.LiveVersionsUsingAsync([data.Id], ct))[data.Id];

        Assert.Equal([trained.Id], first);
        Assert.Equal([warmer.Id], second);
    }

    [Fact]
    public async Task Gates_see_the_newest_data_of_a_version_and_of_all_it_was_made_from()
    {
        await using var db = database.Open();
        var dataset = Add(db.Datasets, Dataset.Create("gates.data", null, [], Ada, Now).Value);
        var old = Add(db.DataVersions, DataVersion.Register(dataset.Id, 1, [File], Ada, Now).Value);
        var young = Add(db.DataVersions, DataVersion.Register(dataset.Id, 2, [File], Ada, Now.AddDays(9)).Value);
        var model = Add(db.Models, Model.Create("gates.model", new ModelDescription(), Ada, Now).Value);
        var first = Add(db.Versions, New(model, 1, data: old.Id));
        var second = Add(db.Versions, New(model, 2, parent: first.Id, data: young.Id));
        var third = Add(db.Versions, New(model, 3, parent: second.Id));
        var bare = Add(db.Versions, New(model, 4));
        Assert.Null(await db.CommitAsync([], Ada, ct));
        var production = await db.Environments.SingleAsync(e => e.Name == "production", ct);

        var seen = new List<GateFacts>();
        foreach (var version in new[] { first, second, third, bare })
            seen.Add(await db.ReadGateFactsAsync(version, null, production, Now, ct));

        Assert.Equal(
            [new("gates.data@1", Now), new("gates.data@2", Now.AddDays(9)), new("gates.data@2", Now.AddDays(9)), null],
            seen.Select(facts => facts.NewestData));
        Assert.All(seen, facts => Assert.Equal("staging", facts.EnvironmentBefore));
    }

    [Fact]
    public async Task Gates_see_the_shadow_test_of_a_version_in_the_environment_it_goes_to()
    {
        await using var db = database.Open();
        var model = Add(db.Models, Model.Create("shadowed.model", new ModelDescription(), Ada, Now).Value);
        var (champion, candidate) = (Add(db.Versions, New(model, 1)), Add(db.Versions, New(model, 2)));
        var signature = new Signature([new TensorSpec("x", "FP32", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])]);
        Assert.Null(candidate.Accept(signature, [], ArtifactScan.NotApplicable, Now));
        var environments = await db.Environments.OrderBy(e => e.Rank).ToListAsync(ct);
        var production = Add(db.Endpoints, Endpoint.Open(model.Id, environments[1].Id, Now));
        production.Shift(champion.Id, 1, Now, Now);
        var test = ShadowTest.Open(new(candidate, model.Name, "production", production, [], ShadowOptions.Default), Ada, Now).Value;
        db.Set<ShadowTest>().Add(test);
        Assert.Null(await db.CommitAsync([], Ada, ct));

        var there = await db.ReadGateFactsAsync(candidate, champion, environments[1], Now, ct);
        var elsewhere = await db.ReadGateFactsAsync(candidate, champion, environments[0], Now, ct);

        Assert.Equal(new ShadowTestSeen(test.Id.Value, 1, null, null, null), there.ShadowTest);
        Assert.Null(elsewhere.ShadowTest);
    }

    private static readonly DataFile File = new("rows.csv", Digest.Of([1]).Value, 1);

    private static T Add<T>(DbSet<T> set, T thing)
        where T : class
    {
        set.Add(thing);
        return thing;
    }

    private static Version New(Model model, int number, VersionId? parent = null, DataVersionId? data = null) =>
        Version.Register(model.Id, number, new VersionRegistration(Digest.Of([2]).Value, 1, "onnx")
        {
            Parent = parent,
            DataVersions = data is { } id ? [id] : [],
        }, Ada, Now).Value;
}
