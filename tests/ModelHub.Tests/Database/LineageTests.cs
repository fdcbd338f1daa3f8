using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Access;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using ModelHub.Domain.Models;
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
