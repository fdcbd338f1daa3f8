using System.Collections.Immutable;
using ModelHub.Domain.Predictions;
using ModelHub.Protocol;
using OutOfRange = ModelHub.Protocol.OutOfRange;
using TrafficRules = ModelHub.Domain.Rollouts.TrafficRules;

namespace ModelHub.Api.Control;

/// <summary>Reads what nodes shall hold. A node whose placements are the same keeps its object, by which streams see that there is no news for it.</summary>
internal static class ReadAssignments
{
    public static async Task<ImmutableDictionary<Guid, NodeAssignments>> Async(
        ModelHubDb db, ImmutableDictionary<Guid, NodeAssignments> last, long revision, CancellationToken ct)
    {
        // Who was assigned anything shall hear that it is so no more.
        var all = last.ToBuilder();
        var hidden = await HiddenAsync(db, ct);
        var rows = (await ServedAsync(db, hidden, ct)).Concat(await RunOverAsync(db, hidden, ct)).ToLookup(p => p.Node, p => p.For);
        List<Guid> changed = [];
        foreach (var node in rows.Select(g => g.Key).Union(last.Keys))
        {
            ImmutableArray<HeldFor> placements = [.. rows[node].OrderBy(p => p.Holder).ThenBy(p => p.Version)];
            if (last.TryGetValue(node, out var before) && before.IsSame(placements))
                continue;
            all[node] = new NodeAssignments(placements, [], revision);
            changed.Add(node);
        }
        await FillAsync(db, all, last, changed, ct);
        return all.ToImmutable();
    }

    /// <summary>By model: a version is one for all environments.</summary>
    private static async Task<Dictionary<ModelId, HiddenFields>> HiddenAsync(ModelHubDb db, CancellationToken ct)
        => (await db.Endpoints.AsNoTracking().Where(e => e.Ledger != null).Select(e => new { e.ModelId, e.Ledger }).ToListAsync(ct))
            .GroupBy(e => e.ModelId, e => e.Ledger!).ToDictionary(g => g.Key, HiddenFields.Of);

    private static async Task<IEnumerable<(Guid Node, HeldFor For)>> ServedAsync(ModelHubDb db, Dictionary<ModelId, HiddenFields> hidden, CancellationToken ct)
        => (await db.Placements.AsNoTracking().Where(p => p.Wanted)
            .Select(p => new
            {
                p.NodeId,
                p.EndpointId,
                p.VersionId,
                p.Version.ModelId,
                Environment = p.Endpoint.Environment.Name,
                p.Endpoint.Traffic,
                Profiles = db.VersionDataVersions.Count(edge => edge.VersionId == p.VersionId && edge.DataVersion.State == DataVersionState.Ready),
            }).ToListAsync(ct))
            .Select(p => (p.NodeId.Value, new HeldFor(p.EndpointId.Value, p.VersionId.Value, Rules(p.Environment, p.Traffic), p.Profiles, hidden.GetValueOrDefault(p.ModelId, HiddenFields.None))));

    /// <summary>What batch runs want; they ask nothing else of nodes.</summary>
    private static async Task<IEnumerable<(Guid Node, HeldFor For)>> RunOverAsync(ModelHubDb db, Dictionary<ModelId, HiddenFields> hidden, CancellationToken ct)
        => (await db.BatchPlacements.AsNoTracking()
            .Select(p => new
            {
                p.NodeId,
                p.BatchRunId,
                p.VersionId,
                p.Version.ModelId,
                Profiles = db.VersionDataVersions.Count(edge => edge.VersionId == p.VersionId && edge.DataVersion.State == DataVersionState.Ready),
            }).ToListAsync(ct))
            .Select(p => (p.NodeId.Value, new HeldFor(p.BatchRunId.Value, p.VersionId.Value, null, p.Profiles, hidden.GetValueOrDefault(p.ModelId, HiddenFields.None))));

    private static async Task FillAsync(
        ModelHubDb db, ImmutableDictionary<Guid, NodeAssignments>.Builder all, ImmutableDictionary<Guid, NodeAssignments> last, List<Guid> changed, CancellationToken ct)
    {
        var profiles = changed.SelectMany(node => all[node].Placements).DistinctBy(p => p.Version).ToDictionary(p => p.Version, p => p.Known);
        if (profiles.Count == 0)
            return;
        var fields = await ReadFields.Async(db, profiles, last, ct);
        var wanted = profiles.Keys.Select(VersionId.From).ToList();
        var versions = await db.Versions.AsNoTracking().Where(v => wanted.Contains(v.Id))
            .Select(v => new { v.Id, Model = v.Model.Name, v.Number, v.Digest, v.Size, v.Format, v.Signature, v.Optimised }).ToDictionaryAsync(v => v.Id.Value, ct);
        foreach (var node in changed)
            all[node] = all[node] with
            {
                Items =
                [
                    .. all[node].Placements.GroupBy(p => p.Version).OrderBy(g => g.Key).Select(g => (Of: versions[g.Key], Rules: RulesOf(g)))
                        .Select(v => new Assignment(
                            v.Of.Id.Value, v.Of.Model, v.Of.Number, v.Of.Digest, v.Of.Size, v.Of.Format, ModelFormats.RuntimeOf(v.Of.Format) ?? v.Of.Format,
                            $"{v.Of.Model}@{v.Of.Number}", Declared(v.Of.Format, v.Of.Signature), Optimised(v.Of.Optimised), fields.GetValueOrDefault(v.Of.Id.Value), v.Rules)),
                ],
            };
    }

    private static NodeRules? Rules(string environment, TrafficRules? rules) =>
        rules?.ReachNodes() == true
            ? new NodeRules(environment, rules.Cache is { } cache ? new CacheRule(cache.Seconds) : null, (OutOfRange)rules.OutOfRange)
            : null;

    private static NodeRules[]? RulesOf(IEnumerable<HeldFor> placements) =>
        placements.Select(p => p.Rules).OfType<NodeRules>().ToArray() is { Length: > 0 } rules ? rules : null;

    private static OptimisedArtifact? Optimised(OptimisedGraph? graph) => graph is null ? null : new OptimisedArtifact(graph.Digest, graph.Size);

    /// <summary>ONNX files tell their signature themselves.</summary>
    private static ModelSignature? Declared(string format, Signature? signature)
        => format == ModelFormats.Onnx || signature is null ? null : new ModelSignature(Ports(signature.Inputs), Ports(signature.Outputs));

    private static SignaturePort[] Ports(IReadOnlyList<TensorSpec> tensors)
        => [.. tensors.Select(t => new SignaturePort(t.Name, t.Datatype, [.. t.Shape], t.Labels is null ? null : [.. t.Labels]))];
}
