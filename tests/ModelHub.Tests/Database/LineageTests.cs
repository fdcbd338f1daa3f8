using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Gates;
using ModelHub.Domain.Models;
using ModelHub.Domain.Operations;
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
    public async Task Live_versions_are_the_same_whichever_way_they_are_found()
    {
        await using var db = database.Open();
        var data = Add(db.DataVersions, DataVersion.Register(Add(db.Datasets, Dataset.Create("ways.data", null, [], Ada, Now).Value).Id, 1, [File], Ada, Now).Value);
        var model = Add(db.Models, Model.Create("ways.model", new ModelDescription(), Ada, Now).Value);
        var uses = Enumerable.Range(1, 8).Select(number => Add(db.Versions, New(model, number, data: data.Id))).ToList();
        var child = Add(db.Versions, New(model, 9, parent: uses[3].Id));
        var grandchild = Add(db.Versions, New(model, 10, parent: child.Id));
        var environments = await db.Environments.OrderBy(e => e.Rank).ToListAsync(ct);
        Add(db.Endpoints, Endpoint.Open(model.Id, environments[0].Id, Now)).Shift(uses[6].Id, 1, Now, Now);
        Add(db.Endpoints, Endpoint.Open(model.Id, environments[1].Id, Now)).Shift(grandchild.Id, 1, Now, Now);
        var few = Add(db.DataVersions, DataVersion.Register(data.DatasetId, 2, [File], Ada, Now).Value);
        db.VersionDataVersions.Add(new VersionDataVersion(uses[6].Id, few.Id));
        Assert.Null(await db.CommitAsync([], Ada, ct));

        // Eight uses and few live versions: found from above; one use: from below.
        var above = (await db.LiveVersionsUsingAsync([data.Id], ct))[data.Id];
        var below = (await db.LiveVersionsUsingAsync([few.Id], ct))[few.Id];
        var both = await db.LiveVersionsUsingAsync([data.Id, few.Id], ct);

        Assert.Equal(new[] { uses[6].Id, grandchild.Id }.ToHashSet(), above.ToHashSet());
        Assert.Equal([uses[6].Id], below);
        Assert.Equal((2, 1), (both[data.Id].Count(), both[few.Id].Count()));
    }

    [Fact]
    public async Task A_lineage_is_walked_both_ways_each_thing_once_at_its_least_depth()
    {
        await using var db = database.Open();
        var dataset = Add(db.Datasets, Dataset.Create("walk.data", null, [], Ada, Now).Value);
        var (data, derived) = (Add(db.DataVersions, DataVersion.Register(dataset.Id, 1, [File], Ada, Now).Value), Add(db.DataVersions, DataVersion.Register(dataset.Id, 2, [File], Ada, Now).Value));
        var model = Add(db.Models, Model.Create("walk.model", new ModelDescription(), Ada, Now).Value);
        var first = Add(db.Versions, New(model, 1, data: data.Id));
        // Made from the first and from the data as well: two ways lead to it.
        var second = Add(db.Versions, New(model, 2, parent: first.Id, data: data.Id));
        var third = Add(db.Versions, New(model, 3, parent: second.Id));
        var late = Add(db.Versions, New(model, 4, data: derived.Id));
        var endpoint = Add(db.Endpoints, Endpoint.Open(model.Id, (await db.Environments.OrderBy(e => e.Rank).FirstAsync(ct)).Id, Now));
        endpoint.Shift(third.Id, 1, Now, Now);
        Assert.Null(third.Accept(new Signature([new TensorSpec("x", "FP32", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])]), [], ArtifactScan.NotApplicable, Now));
        Assert.Null(data.Accept([new Column("x", "number", false)], new Profile(1, []), Now));
        var run = Batch(db, third, model, data, derived);
        Assert.Null(await db.CommitAsync([], Ada, ct));

        var down = await db.WalkLineageAsync(LineageKind.DataVersion, data.Id.Value, LineageDirection.Down, 50, 1_000, ct);
        var direct = await db.WalkLineageAsync(LineageKind.DataVersion, data.Id.Value, LineageDirection.Down, 1, 1_000, ct);
        var up = await db.WalkLineageAsync(LineageKind.Version, late.Id.Value, LineageDirection.Up, 50, 1_000, ct);
        var endpointUp = await db.WalkLineageAsync(LineageKind.Endpoint, endpoint.Id.Value, LineageDirection.Up, 1, 1_000, ct);
        var names = await db.NameLineageAsync(down.Things, ct);

        Assert.False(down.Truncated);
        Assert.Equal(
            new[] { (1, first.Id.Value), (1, second.Id.Value), (1, run.Value), (2, third.Id.Value), (2, derived.Id.Value), (3, endpoint.Id.Value), (3, late.Id.Value) }.ToHashSet(),
            down.Things.Select(thing => (thing.Depth, thing.Id)).ToHashSet());
        Assert.Equal(7, down.Things.Count);
        Assert.Equal(new[] { first.Id.Value, second.Id.Value, run.Value }.ToHashSet(), direct.Things.Select(thing => thing.Id).ToHashSet());
        Assert.Equal(
            new[] { (1, derived.Id.Value), (2, run.Value), (3, third.Id.Value), (3, data.Id.Value), (4, second.Id.Value), (5, first.Id.Value) }.ToHashSet(),
            up.Things.Select(thing => (thing.Depth, thing.Id)).ToHashSet());
        Assert.Equal([third.Id.Value], endpointUp.Things.Select(thing => thing.Id));
        var steps = await db.StepsBetweenAsync([new(0, LineageKind.DataVersion, data.Id.Value), .. down.Things], LineageDirection.Down, ct);
        Assert.Equal(
            new[]
            {
                (data.Id.Value, first.Id.Value), (data.Id.Value, second.Id.Value), (data.Id.Value, run.Value), (first.Id.Value, second.Id.Value), (second.Id.Value, third.Id.Value),
                (third.Id.Value, run.Value), (third.Id.Value, endpoint.Id.Value), (run.Value, derived.Id.Value), (derived.Id.Value, late.Id.Value),
            }.ToHashSet(),
            steps.Select(step => (step.Origin, step.Target)).ToHashSet());
        Assert.Equal(("walk.data@2", "walk.data"), (names[derived.Id.Value].Shown, names[derived.Id.Value].Owner));
        Assert.Equal($"walk.model/{(await db.Environments.OrderBy(e => e.Rank).FirstAsync(ct)).Name}", names[endpoint.Id.Value].Shown);
    }

    private static BatchRunId Batch(ModelHub.Database.ModelHubDb db, Version version, Model model, DataVersion input, DataVersion output)
    {
        var id = BatchRunId.New(Now);
        var operation = Add(db.Operations, Operation.Enqueue(OperationKinds.Batch, Subjects.BatchRun(id.Value), id.Value, Ada, Now));
        var dataset = db.Datasets.Local.Single(d => d.Id == input.DatasetId);
        var run = Add(db.BatchRuns, BatchRun.Open(id, new BatchRequest(version, model.Name, operation.Id, input.Files, input, dataset, Keep: []), Ada, Now).Value);
        Assert.Null(run.Start(Now));
        Assert.Null(run.Succeed(output.Id, Now));
        return id;
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
