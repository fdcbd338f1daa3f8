using System.Text;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <param name="Settled">Instants at which the answer had to be by a version that <c>routing(at:)</c> names.</param>
/// <param name="Switching">Instants in a switch: between its decision and the moment the router obeyed, the version before or behind it.</param>
/// <param name="Disagreeing">What answered and what should have.</param>
internal sealed record Agreement(int Settled, int Switching, IReadOnlyList<string> Disagreeing);

/// <summary>
/// Holds what <c>routing(at:)</c> says of random instants against what answered then. An instant stands for the request that
/// was under way then, or else for the next one. A routing holds from its decision; the router obeys a little later, and both
/// times are on record. A request that was under way at any time between the two may have been dealt by either routing.
/// </summary>
internal sealed class RoutingAgainstRequests(Stack stack, string model, RoutesWatch routes)
{
    private const int AtOnce = 50;

    private sealed record Change(DateTimeOffset At, DateTimeOffset Obeyed, HashSet<int> Versions);

    public async Task<Agreement> CompareAsync(IReadOnlyList<Asked> log, int instants, Random random, CancellationToken ct)
    {
        var changes = await ChangesAsync(ct);
        var answered = log.Where(one => one.Version is not null && one.Sent > changes[0].Obeyed).OrderBy(one => one.Sent).ToList();
        var (first, last) = (answered[0].Sent, answered[^1].Sent);
        var (settled, disagreeing) = (0, new List<string>());
        for (var done = 0; done < instants; done += AtOnce)
        {
            var moments = Enumerable.Range(0, Math.Min(AtOnce, instants - done)).Select(_ => first + (last - first) * random.NextDouble()).ToList();
            foreach (var (at, named) in moments.Zip(await NamedAsync(moments, ct)))
            {
                var request = answered.FirstOrDefault(one => one.Ended >= at) ?? answered[^1];
                var switching = Switching(changes, at < request.Sent ? at : request.Sent, request.Ended);
                settled += switching.Count == 0 ? 1 : 0;
                if (!named.Contains(request.Version!.Value) && !switching.Contains(request.Version.Value))
                    disagreeing.Add($"{at:HH:mm:ss.fff}: version {request.Version} answered what was sent at {request.Sent:HH:mm:ss.fff}, routing(at:) names {string.Join(", ", named)}");
            }
        }
        return new(settled, instants - settled, disagreeing);
    }

    /// <summary>The versions before and behind each switch that was under way at some time from <paramref name="from"/> to <paramref name="to"/>.</summary>
    private static HashSet<int> Switching(List<Change> changes, DateTimeOffset from, DateTimeOffset to)
    {
        var versions = new HashSet<int>();
        for (var i = 1; i < changes.Count; i++)
            if (changes[i].At <= to && from <= changes[i].Obeyed)
                versions.UnionWith([.. changes[i - 1].Versions, .. changes[i].Versions]);
        return versions;
    }

    /// <summary>All routings the endpoint ever had, oldest first.</summary>
    private async Task<List<Change>> ChangesAsync(CancellationToken ct)
    {
        var changes = new List<Change>();
        string? after = null;
        do
        {
            var page = (await stack.Admin.AskAsync(
                "query($m: String!, $e: String!, $a: String) { endpoint(model: $m, environment: $e) { history(first: 100, after: $a) { nodes { at routesRevision variants { version weight } } pageInfo { hasNextPage endCursor } } } }",
                new { m = model, e = Rollout.Environment, a = after }, ct))["endpoint"]!["history"]!;
            changes.AddRange(page["nodes"]!.AsArray().Select(node => new Change(
                node!["at"]!.GetValue<DateTimeOffset>(), routes.ObeyedAt(node["routesRevision"]!.GetValue<long>()) ?? DateTimeOffset.MaxValue, Versions(node))));
            after = page["pageInfo"]!["hasNextPage"]!.GetValue<bool>() ? page["pageInfo"]!["endCursor"]!.GetValue<string>() : null;
        }
        while (after is not null);
        changes.Reverse();
        return changes;
    }

    private async Task<List<HashSet<int>>> NamedAsync(IReadOnlyList<DateTimeOffset> moments, CancellationToken ct)
    {
        var document = new StringBuilder("query($m: String!, $e: String!) {");
        for (var i = 0; i < moments.Count; i++)
            document.Append(null, $" a{i}: routing(model: $m, environment: $e, at: \"{moments[i]:O}\") {{ variants {{ version weight }} }}");
        var answer = await stack.Admin.AskAsync(document.Append(" }").ToString(), new { m = model, e = Rollout.Environment }, ct);
        return [.. moments.Select((_, i) => Versions(answer[$"a{i}"]!))];
    }

    private static HashSet<int> Versions(JsonNode routing) =>
        [.. routing["variants"]!.AsArray().Where(v => v!["weight"]?.GetValue<double>() > 0).Select(v => v!["version"]!.GetValue<int>())];
}
