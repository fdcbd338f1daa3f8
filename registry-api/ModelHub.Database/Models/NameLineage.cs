using Microsoft.EntityFrameworkCore;
using ModelHub.Domain.Data;

namespace ModelHub.Database;

/// <param name="Owner">The dataset or model it belongs to, whose namespace decides who may see it.</param>
/// <param name="Shown">As people name it.</param>
public sealed record LineageName(Guid Id, string Owner, string Shown);

public sealed partial class ModelHubDb
{
    private static readonly Dictionary<LineageKind, string> Names = new()
    {
        [LineageKind.DataVersion] = "select v.id, d.name as owner, d.name || '@' || v.number as shown from data_versions v join datasets d on d.id = v.dataset_id where v.id = any({0})",
        [LineageKind.Version] = "select v.id, m.name as owner, m.name || '@' || v.number as shown from versions v join models m on m.id = v.model_id where v.id = any({0})",
        [LineageKind.TrainingRun] = "select r.id, m.name as owner, r.id::text as shown from training_runs r join pipelines p on p.id = r.pipeline_id join models m on m.id = p.model_id where r.id = any({0})",
        [LineageKind.BatchRun] = "select r.id, m.name as owner, r.id::text as shown from batch_runs r join versions v on v.id = r.version_id join models m on m.id = v.model_id where r.id = any({0})",
        [LineageKind.Endpoint] = "select e.id, m.name as owner, m.name || '/' || n.name as shown from endpoints e join models m on m.id = e.model_id join environments n on n.id = e.environment_id where e.id = any({0})",
    };

    /// <summary>What things of a lineage are called: a statement for each kind, however many they are.</summary>
    public async Task<IReadOnlyDictionary<Guid, LineageName>> NameLineageAsync(IEnumerable<LineageThing> things, CancellationToken ct)
    {
        var names = new Dictionary<Guid, LineageName>();
        foreach (var same in things.GroupBy(thing => thing.Kind, thing => thing.Id))
            foreach (var name in await Database.SqlQueryRaw<LineageName>(Names[same.Key], (object)same.ToArray()).ToListAsync(ct))
                names[name.Id] = name;
        return names;
    }
}
