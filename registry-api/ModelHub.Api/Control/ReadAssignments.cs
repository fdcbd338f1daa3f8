using System.Collections.Immutable;
using ModelHub.Protocol;

namespace ModelHub.Api.Control;

/// <summary>Reads what nodes shall hold. A node whose placements are the same keeps its object, by which streams see that there is no news for it.</summary>
internal static class ReadAssignments
{
    public static async Task<ImmutableDictionary<Guid, NodeAssignments>> Async(
        ModelHubDb db, ImmutableDictionary<Guid, NodeAssignments> last, long revision, CancellationToken ct)
    {
        // Who was assigned anything shall hear that it is so no more.
        var all = last.ToBuilder();
        var rows = (await db.Placements.AsNoTracking().Where(p => p.Wanted).Select(p => new { p.NodeId, p.EndpointId, p.VersionId }).ToListAsync(ct))
            .ToLookup(p => p.NodeId.Value, p => (p.EndpointId.Value, p.VersionId.Value));
        List<Guid> changed = [];
        foreach (var node in rows.Select(g => g.Key).Union(last.Keys))
        {
            ImmutableArray<(Guid, Guid)> placements = [.. rows[node].Order()];
            if (last.TryGetValue(node, out var before) && before.IsSame(placements))
                continue;
            all[node] = new NodeAssignments(placements, [], revision);
            changed.Add(node);
        }
        await FillAsync(db, all, changed, ct);
        return all.ToImmutable();
    }

    private static async Task FillAsync(ModelHubDb db, ImmutableDictionary<Guid, NodeAssignments>.Builder all, List<Guid> changed, CancellationToken ct)
    {
        var wanted = changed.SelectMany(node => all[node].Placements).Select(p => VersionId.From(p.Version)).Distinct().ToList();
        if (wanted.Count == 0)
            return;
        var versions = await db.Versions.AsNoTracking().Where(v => wanted.Contains(v.Id))
            .Select(v => new { v.Id, Model = v.Model.Name, v.Number, v.Digest, v.Size, v.Format, v.Signature, v.Optimised }).ToDictionaryAsync(v => v.Id.Value, ct);
        foreach (var node in changed)
            all[node] = all[node] with
            {
                Items =
                [
                    .. all[node].Placements.Select(p => p.Version).Distinct().Order().Select(id => versions[id])
                        .Select(v => new Assignment(v.Id.Value, v.Model, v.Number, v.Digest, v.Size, v.Format, ModelFormats.RuntimeOf(v.Format) ?? v.Format, $"{v.Model}@{v.Number}", Declared(v.Format, v.Signature), v.Optimised is { } o ? new OptimisedArtifact(o.Digest, o.Size) : null)),
                ],
            };
    }

    /// <summary>ONNX files tell their signature themselves.</summary>
    private static ModelSignature? Declared(string format, Signature? signature)
        => format == ModelFormats.Onnx || signature is null ? null : new ModelSignature(Ports(signature.Inputs), Ports(signature.Outputs));

    private static SignaturePort[] Ports(IReadOnlyList<TensorSpec> tensors)
        => [.. tensors.Select(t => new SignaturePort(t.Name, t.Datatype, [.. t.Shape], t.Labels is null ? null : [.. t.Labels]))];
}
