using Microsoft.EntityFrameworkCore;
using ModelHub.Database;
using ModelHub.Domain.Access;
using ModelHub.Domain.Data;
using ModelHub.Domain.Events;
using ModelHub.Domain.Models;
using ModelHub.Domain.Nodes;
using ModelHub.Domain.Rollouts;
using Xunit;
using Endpoint = ModelHub.Domain.Rollouts.Endpoint;

namespace ModelHub.Tests.Api.Control;

/// <summary>Puts versions in front of traffic, as the worker's loop does.</summary>
internal static class Serving
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    /// <summary>Assigns the version to the node for the endpoint of model and environment, which is opened when there is none.</summary>
    public static async Task PlaceAsync(this ApiHost host, string model, int number, string environment, Guid node)
    {
        await using var db = host.Open();
        var (endpoint, version) = await FindAsync(db, model, number, environment);
        db.Placements.Add(Placement.Want(endpoint.Id, version, NodeId.From(node), DateTimeOffset.UtcNow));
        await db.BumpAsync(Numbered.Assignments, Ct);
        Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
    }

    public static async Task ShiftAsync(this ApiHost host, string model, int number, string environment)
    {
        await using var db = host.Open();
        var (endpoint, version) = await FindAsync(db, model, number, environment);
        var now = DateTimeOffset.UtcNow;
        await db.BumpAsync(Numbered.Routes, Ct);
        endpoint.Shift(version, 1, now.AddHours(1), now);
        Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
    }

    /// <summary>Calls a router and nodes lost, the last of them one that shall be drained.</summary>
    public static async Task LoseAsync(this ApiHost host, string router, string node, string drained)
    {
        await using var db = host.Open();
        (await db.Routers.SingleAsync(r => r.Name == router, Ct)).Lose();
        (await db.Nodes.SingleAsync(n => n.Name == node, Ct)).Lose();
        var last = await db.Nodes.SingleAsync(n => n.Name == drained, Ct);
        last.Drain();
        last.Lose();
        await db.BumpAsync(Numbered.Routes, Ct);
        Assert.Null(await db.CommitAsync([], Actor.System("tests"), Ct));
    }

    /// <summary>How the router and the nodes stand.</summary>
    public static async Task<string[]> StatesAsync(this ApiHost host, string router, params string[] nodes)
    {
        await using var db = host.Open();
        var states = new List<string> { (await db.Routers.SingleAsync(r => r.Name == router, Ct)).State.ToString().ToUpperInvariant() };
        foreach (var name in nodes)
            states.Add((await db.Nodes.SingleAsync(n => n.Name == name, Ct)).State.ToString().ToUpperInvariant());
        return [.. states];
    }

    /// <summary>The version says that it was made from the first version of the dataset.</summary>
    public static async Task MadeFromAsync(this ApiHost host, string model, int number, string dataset)
    {
        await using var db = host.Open();
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model && v.Number == number, Ct);
        var data = await db.DataVersions.SingleAsync(v => v.Dataset.Name == dataset, Ct);
        db.VersionDataVersions.Add(new VersionDataVersion(version.Id, data.Id));
        await db.SaveChangesAsync(Ct);
    }

    /// <summary>What a worker does at the end of a profile.</summary>
    public static Task MeasureAsync(this ApiHost host, string dataset, ColumnProfile column) => host.MeasureAsync(dataset, null, column);

    /// <inheritdoc cref="MeasureAsync(ApiHost, string, ColumnProfile)"/>
    public static async Task MeasureAsync(this ApiHost host, string dataset, RowSample? sample, params ColumnProfile[] columns)
    {
        var rows = columns[0].Count + columns[0].Nulls;
        await using var db = host.Open();
        var data = await db.DataVersions.SingleAsync(v => v.Dataset.Name == dataset, Ct);
        Assert.Null(data.Accept([.. columns.Select(c => new Column(c.Name, c.Type, true))], new Profile(rows, columns, Sample: sample), DateTimeOffset.UtcNow));
        await db.BumpAsync(Numbered.Assignments, Ct);
        Assert.Null(await db.CommitAsync(new DataVersionProfiled(dataset, data.Number, rows), Actor.System("tests"), Ct));
    }

    private static async Task<(Endpoint Endpoint, VersionId Version)> FindAsync(ModelHubDb db, string model, int number, string environment)
    {
        var version = await db.Versions.SingleAsync(v => v.Model.Name == model && v.Number == number, Ct);
        var place = await db.Environments.SingleAsync(e => e.Name == environment, Ct);
        var endpoint = await db.Endpoints.Include(e => e.Variants).SingleOrDefaultAsync(e => e.ModelId == version.ModelId && e.EnvironmentId == place.Id, Ct);
        if (endpoint is null)
            db.Endpoints.Add(endpoint = Endpoint.Open(version.ModelId, place.Id, DateTimeOffset.UtcNow));
        return (endpoint, version.Id);
    }
}
