using System.Globalization;
using ModelHub.Api.Environments;
using ModelHub.Domain.Batches;

namespace ModelHub.Api.Data;

/// <summary>One step or more from where the walk began.</summary>
/// <param name="Name">As people name it: a version or data version with its number, an endpoint as model/environment, a run by its id.</param>
/// <param name="Depth">Steps from where the walk began; the least, where several ways lead to it.</param>
/// <param name="Run">The training run; null where it is none.</param>
/// <param name="Batch">The batch run; null where it is none.</param>
internal sealed record LineageEntry(LineageKind Kind, string Name, int Depth, TrainingRunId? Run, BatchRunId? Batch);

/// <summary>One step of a lineage, between places on its page.</summary>
/// <param name="From">The place of the nearer one, from 0; -1 is where the walk began.</param>
/// <param name="To">The place of the one it leads to.</param>
internal sealed record LineageEdge(int From, int To);

/// <summary>A page of a lineage, the nearest first.</summary>
/// <param name="Things">What the caller may see; the way may lead through what he may not.</param>
/// <param name="Next">Give it as after for the next page; null at the end.</param>
/// <param name="Truncated">There is more than a walk follows: only the nearest 10,000 things are told.</param>
/// <param name="Walked">Where the walk began, then what the page tells, in its order.</param>
/// <param name="Direction">Which way it went.</param>
internal sealed record LineagePage(IReadOnlyList<LineageEntry> Things, string? Next, bool Truncated, IReadOnlyList<LineageThing> Walked, LineageDirection Direction);

[ObjectType<LineagePage>(Only = [nameof(LineagePage.Things), nameof(LineagePage.Next), nameof(LineagePage.Truncated)])]
[Authorize(nameof(Permission.Read))]
internal static class LineagePageFields
{
    /// <summary>Which things of the page lead to which; with the first page also from where the walk began.</summary>
    public static async Task<IReadOnlyList<LineageEdge>> GetEdgesAsync([Parent] LineagePage page, StepsOfLineage steps, CancellationToken ct)
    {
        // Where the walk began is place -1: it stands before the things.
        var places = page.Walked.Select((thing, i) => (thing.Id, Place: i - 1)).ToDictionary(one => one.Id, one => one.Place);
        return [.. (await steps.LoadAsync(page, ct)).Select(step => new LineageEdge(places[step.Origin], places[step.Target])).Where(edge => edge.To >= 0).OrderBy(edge => edge.To).ThenBy(edge => edge.From)];
    }
}

internal sealed class StepsOfLineage(IDbContextFactory<ModelHubDb> factory) : GroupedDataLoader<LineagePage, LineageStep>
{
    protected override async Task<ILookup<LineagePage, LineageStep>> LoadGroupsAsync(IReadOnlyList<LineagePage> keys, CancellationToken ct)
    {
        await using var db = await factory.CreateDbContextAsync(ct);
        var found = new List<(LineagePage Page, LineageStep Step)>();
        foreach (var page in keys)
            found.AddRange((await db.StepsBetweenAsync(page.Walked, page.Direction, ct)).Select(step => (page, step)));
        return found.ToLookup(one => one.Page, one => one.Step);
    }
}

[QueryType]
[Authorize(nameof(Permission.Read))]
internal static class LineageQuery
{
    private const int MostOnPage = 500;

    /// <summary>What a data version or a version was made from, or what was made from it: runs, versions, data and endpoints. Null when there is no such thing.</summary>
    /// <param name="dataset">Where the walk begins: a dataset, or instead a model.</param>
    /// <param name="model">Where the walk begins: a model, or instead a dataset.</param>
    /// <param name="version">The number of its version.</param>
    /// <param name="depth">Steps at most, 1 to 50; 1 tells direct edges only.</param>
    /// <param name="first">Things on the page, 1 to 500.</param>
    /// <param name="after">The page before ended here.</param>
    [Cost(20)]
    public static async Task<LineagePage?> LineageAsync(
        string? dataset, string? model, int version, LineageDirection direction, [GraphQLDefault("50")] int depth, [GraphQLDefault("50")] int first, string? after,
        Caller caller, ModelHubDb db, CancellationToken ct)
    {
        var from = Check(dataset, model, depth, first, after);
        if (await FindAsync(dataset, model, version, caller, db, ct) is not { } start)
            return null;
        var seesAll = Permits.Namespaces(caller.Principal, Permission.Read).Contains(Grant.Any);
        // Who sees everything needs no more of the walk than the first page: depths come one after the other.
        var walk = await db.WalkLineageAsync(start.Kind, start.Id, direction, depth, after is null && seesAll ? first + 1 : LineageWalk.MostThings, ct);
        var ahead = walk.Things.Where(thing => from is not { } last || Compare(thing, last) > 0);
        var candidates = seesAll ? ahead.Take(first + 1).ToList() : [.. ahead];
        var names = await db.NameLineageAsync(candidates, ct);
        var page = candidates.Where(thing => caller.May(Permission.Read, Place.Of(names[thing.Id].Owner))).Take(first + 1).ToList();
        var next = page.Count > first ? Cursor(page[first - 1]) : null;
        var shown = page.Take(first).ToList();
        return new([.. shown.Select(thing => Entry(thing, names[thing.Id].Shown))], next, walk.Truncated, [start, .. shown], direction);
    }

    private static LineageEntry Entry(LineageThing thing, string name) => new(
        thing.Kind, name, thing.Depth,
        thing.Kind == LineageKind.TrainingRun ? TrainingRunId.From(thing.Id) : null, thing.Kind == LineageKind.BatchRun ? BatchRunId.From(thing.Id) : null);

    private static LineageThing? Check(string? dataset, string? model, int depth, int first, string? after)
    {
        if ((dataset is null) == (model is null))
            throw Drafts.Refused(new InvalidInput("dataset", "either a dataset or a model"));
        if (depth is < 1 or > LineageWalk.MostDepth)
            throw Drafts.Refused(new InvalidInput("depth", $"1 to {LineageWalk.MostDepth}"));
        if (first is < 1 or > MostOnPage)
            throw Drafts.Refused(new InvalidInput("first", $"1 to {MostOnPage}"));
        return after is null ? null : ReadCursor(after) ?? throw Drafts.Refused(new InvalidInput("after", "what a page named as next"));
    }

    private static async Task<LineageThing?> FindAsync(string? dataset, string? model, int version, Caller caller, ModelHubDb db, CancellationToken ct)
    {
        if (!caller.May(Permission.Read, Place.Of(dataset ?? model!)))
            return null;
        var data = dataset is null ? null : await db.DataVersions.Where(v => v.Dataset.Name == dataset && v.Number == version).Select(v => (DataVersionId?)v.Id).SingleOrDefaultAsync(ct);
        var made = model is null ? null : await db.Versions.Where(v => v.Model.Name == model && v.Number == version).Select(v => (VersionId?)v.Id).SingleOrDefaultAsync(ct);
        return data is { } d ? new LineageThing(0, LineageKind.DataVersion, d.Value) : made is { } m ? new LineageThing(0, LineageKind.Version, m.Value) : null;
    }

    private static int Compare(LineageThing one, LineageThing other) => (one.Depth, one.Kind, one.Id).CompareTo((other.Depth, other.Kind, other.Id));

    private static string Cursor(LineageThing thing) => string.Create(CultureInfo.InvariantCulture, $"{thing.Depth}.{(int)thing.Kind}.{thing.Id:n}");

    private static LineageThing? ReadCursor(string text) =>
        text.Split('.') is [var depth, var kind, var id] && int.TryParse(depth, NumberStyles.None, CultureInfo.InvariantCulture, out var d)
        && int.TryParse(kind, NumberStyles.None, CultureInfo.InvariantCulture, out var k) && Guid.TryParseExact(id, "n", out var guid)
            ? new LineageThing(d, (LineageKind)k, guid)
            : null;
}
