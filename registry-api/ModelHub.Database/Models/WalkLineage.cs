using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;

namespace ModelHub.Database;

/// <summary>Two things of a lineage of which the walk leads from one straight to the other.</summary>
public sealed record LineageStep(Guid Origin, Guid Target);

/// <summary>
/// Follows the lineage a depth at a time: one statement for all things of a depth, each edge found through an index. A recursive
/// statement could not leave out what it saw at a lesser depth, and would follow every path where only things count.
/// </summary>
public sealed partial class ModelHubDb
{
    // By the kind of thing that is left: the edges, as the id of this end and "kind, id" of the other. {ids} are those that are left.
    private static readonly Dictionary<LineageKind, string[]> EdgesDown = new()
    {
        [LineageKind.DataVersion] =
        [
            "select data_version_id as origin, 'Version' as kind, version_id as id from version_data_versions where data_version_id = any({ids})",
            "select data_version_id, 'TrainingRun', id from training_runs where data_version_id = any({ids})",
            "select input_id, 'BatchRun', id from batch_runs where input_id = any({ids})",
        ],
        [LineageKind.TrainingRun] = ["select id as origin, 'Version' as kind, version_id as id from training_runs where id = any({ids}) and version_id is not null"],
        [LineageKind.Version] =
        [
            "select parent_id as origin, 'Version' as kind, id from versions where parent_id = any({ids})",
            "select parent_version_id, 'TrainingRun', id from training_runs where parent_version_id = any({ids})",
            "select version_id, 'BatchRun', id from batch_runs where version_id = any({ids})",
            "select version_id, 'Endpoint', endpoint_id from variants where version_id = any({ids}) and valid_to is null",
        ],
        [LineageKind.BatchRun] = ["select id as origin, 'DataVersion' as kind, output_id as id from batch_runs where id = any({ids}) and output_id is not null"],
    };

    private static readonly Dictionary<LineageKind, string[]> EdgesUp = new()
    {
        [LineageKind.DataVersion] = ["select output_id as origin, 'BatchRun' as kind, id from batch_runs where output_id = any({ids})"],
        [LineageKind.TrainingRun] =
        [
            "select id as origin, 'DataVersion' as kind, data_version_id as id from training_runs where id = any({ids})",
            "select id, 'Version', parent_version_id from training_runs where id = any({ids}) and parent_version_id is not null",
        ],
        [LineageKind.Version] =
        [
            "select version_id as origin, 'DataVersion' as kind, data_version_id as id from version_data_versions where version_id = any({ids})",
            "select id, 'Version', parent_id from versions where id = any({ids}) and parent_id is not null",
            "select id, 'TrainingRun', training_run_id from versions where id = any({ids}) and training_run_id is not null",
        ],
        [LineageKind.BatchRun] =
        [
            "select id as origin, 'Version' as kind, version_id as id from batch_runs where id = any({ids})",
            "select id, 'DataVersion', input_id from batch_runs where id = any({ids}) and input_id is not null",
        ],
        [LineageKind.Endpoint] = ["select endpoint_id as origin, 'Version' as kind, version_id as id from variants where endpoint_id = any({ids}) and valid_to is null"],
    };

    /// <param name="depth">Steps at most; 1 tells direct edges only.</param>
    /// <param name="enough">The walk ends after the depth by which it has found so many things.</param>
    public async Task<LineageWalk> WalkLineageAsync(LineageKind kind, Guid id, LineageDirection direction, int depth, int enough, CancellationToken ct)
    {
        var edges = direction == LineageDirection.Down ? EdgesDown : EdgesUp;
        var seen = new HashSet<(LineageKind Kind, Guid Id)> { (kind, id) };
        var things = new List<LineageThing>();
        var (front, truncated) = (new List<(LineageKind Kind, Guid Id)> { (kind, id) }, false);
        for (var at = 1; at <= depth && front.Count > 0 && !truncated && things.Count < enough; at++)
        {
            var found = await StepAsync(edges, front, ct);
            truncated = found.Count > LineageWalk.MostThings;
            front = [.. found.Where(seen.Add).Order().Take(LineageWalk.MostThings - things.Count)];
            truncated |= seen.Count - 1 > LineageWalk.MostThings;
            things.AddRange(front.Select(one => new LineageThing(at, one.Kind, one.Id)));
        }
        return new(things, truncated);
    }

    private async Task<List<(LineageKind Kind, Guid Id)>> StepAsync(Dictionary<LineageKind, string[]> edges, List<(LineageKind Kind, Guid Id)> front, CancellationToken ct)
    {
        var (parts, ids) = (new List<string>(), new List<object>());
        foreach (var same in front.GroupBy(one => one.Kind, one => one.Id).Where(same => edges.ContainsKey(same.Key)))
        {
            // Each edge in its own order, so that of very many only the first are read.
            parts.AddRange(edges[same.Key].Select(edge => $"(select distinct kind, id from ({WithParameter(edge, ids.Count)}) one(origin, kind, id) order by id limit {LineageWalk.MostThings + 1})"));
            ids.Add(same.ToArray());
        }
        if (parts.Count == 0) return [];
        // Made of the constants above alone; what the caller gave are parameters.
        var statement = $"select kind, id from ({string.Join(" union all ", parts)}) edges";
        var found = await Database.SqlQueryRaw<LineageEdge>(statement, [.. ids]).ToListAsync(ct);
        return found.ConvertAll(edge => (Enum.Parse<LineageKind>(edge.Kind), edge.Id));
    }

    /// <summary>Which of these lead to which of them in one step, however they were found.</summary>
    public async Task<IReadOnlyList<LineageStep>> StepsBetweenAsync(IReadOnlyCollection<LineageThing> things, LineageDirection direction, CancellationToken ct)
    {
        var edges = direction == LineageDirection.Down ? EdgesDown : EdgesUp;
        var (parts, ids) = (new List<string>(), new List<object> { things.Select(thing => thing.Id).Distinct().ToArray() });
        foreach (var same in things.GroupBy(thing => thing.Kind, thing => thing.Id).Where(same => edges.ContainsKey(same.Key)))
        {
            parts.AddRange(edges[same.Key].Select(edge => WithParameter(edge, ids.Count)));
            ids.Add(same.ToArray());
        }
        if (parts.Count == 0) return [];
        var all = string.Join(" union all ", parts.Select(part => $"select origin, id from ({part}) one(origin, kind, id)"));
        // Made of the constants above alone; what the caller gave are parameters.
        var statement = "select distinct origin, id as target from (" + all + ") steps where id = any({0})";
        return await Database.SqlQueryRaw<LineageStep>(statement, [.. ids]).ToListAsync(ct);
    }

    private static string WithParameter(string edge, int parameter) => edge.Replace("{ids}", $"{{{parameter}}}", StringComparison.Ordinal);

    private sealed record LineageEdge(string Kind, Guid Id);
}
