using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Surviving.Kills;

/// <summary>What must be true once a rollout has ended, however often something was killed meanwhile.</summary>
internal sealed class Standing(Stack stack, string model, EventLog log)
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(45);

    private const string Look = """
        query($m: String!, $e: String!, $v: Int!) {
          endpoint(model: $m, environment: $e) {
            primary { version { number } placements { state wanted node { name state } lastFailure { reason message } } }
            variants { role weight version { number } }
            placements { version { number } }
            history(first: 40) { nodes { routesRevision variants { role weight version } } }
            rollbacks(first: 40) { nodes { state failure } }
          }
          model(name: $m) { aliases { name version { number } } }
          version(model: $m, version: $v) { blocks { liftedAt } }
          auditVerification { ok firstFault { sequence reason } }
          events(first: 100) { nodes { sequence type } }
        }
        """;

    /// <summary>Waits until all of it is true.</summary>
    /// <param name="version">That was rolled out.</param>
    /// <param name="primary">Which should have all traffic now.</param>
    /// <returns>what is still not true at the bound</returns>
    public async Task<IReadOnlyList<string>> FaultsAsync(int version, int primary, bool blocked, CancellationToken ct)
    {
        IReadOnlyList<string> faults = ["nobody has looked"];
        for (var clock = Stopwatch.StartNew(); faults.Count > 0 && clock.Elapsed < Bound; await Task.Delay(50, ct))
        {
            var seen = await Patience.AgainAsync(() => stack.Admin.AskAsync(Look, new { m = model, e = Rollout.Environment, v = version }, ct), ct);
            faults = [.. Faults(seen, version, primary, blocked), .. LogFaults(seen, version, version == primary)];
        }
        return faults;
    }

    private static IEnumerable<string> Faults(JsonNode seen, int version, int primary, bool blocked)
    {
        var endpoint = seen["endpoint"]!;
        if (RoutesWatch.FaultOf(endpoint["variants"]!.AsArray()) is { } split)
            yield return split;
        foreach (var change in endpoint["history"]!["nodes"]!.AsArray())
            if (RoutesWatch.FaultOf(change!["variants"]!.AsArray()) is { } fault)
                yield return $"table {change["routesRevision"]}: {fault}";
        if (endpoint["variants"]!.AsArray().Count != 1 || endpoint["primary"]!["version"]!["number"]!.GetValue<int>() != primary)
            yield return $"version {primary} should have all traffic: {endpoint["variants"]!.ToJsonString()}";
        var placements = endpoint["primary"]!["placements"]!.AsArray();
        var held = placements.Count(p => p!["state"]!.GetValue<string>() == "READY" && p["wanted"]!.GetValue<bool>());
        if (held != 2)
            yield return $"{held} nodes hold the primary ready, not 2: {placements.ToJsonString()}";
        var champion = seen["model"]!["aliases"]!.AsArray().SingleOrDefault(a => a!["name"]!.GetValue<string>() == "champion")?["version"]?["number"]?.GetValue<int>();
        if (champion != primary)
            yield return $"the champion is {champion}, the primary {primary}";
        foreach (var rollback in endpoint["rollbacks"]!["nodes"]!.AsArray())
            if (rollback!["state"]!.GetValue<string>() != "SWITCHED")
                yield return $"a rollback stands still: {rollback.ToJsonString()}";
        var blocks = seen["version"]!["blocks"]!.AsArray().Count(b => b!["liftedAt"] is null);
        if (blocks != (blocked ? 1 : 0))
            yield return $"{blocks} blocks of version {version}";
        if (blocked && endpoint["placements"]!.AsArray().Any(p => p!["version"]?["number"]?.GetValue<int>() == version))
            yield return $"version {version} was rolled back and is still loaded";
    }

    private IEnumerable<string> LogFaults(JsonNode seen, int version, bool live)
    {
        if (!seen["auditVerification"]!["ok"]!.GetValue<bool>())
            yield return $"the chain is broken: {seen["auditVerification"]!.ToJsonString()}";
        var followed = log.Events;
        var sequences = followed.Select(one => one["sequence"]!.GetValue<long>()).ToHashSet();
        if (sequences.Count != followed.Count)
            yield return "a subscriber was told an event twice";
        foreach (var stored in seen["events"]!["nodes"]!.AsArray())
            if (!sequences.Contains(stored!["sequence"]!.GetValue<long>()) && stored["sequence"]!.GetValue<long>() > log.Begun)
                yield return $"a subscriber was not told event {stored.ToJsonString()}";
        (string Type, string Names)[] once = [("promotion.requested", "version"), ("promotion.approved", "version"), live ? ("version.promoted", "version") : ("endpoint.rolled-back", "from")];
        foreach (var (type, names) in once)
            if (followed.Count(one => one["type"]!.GetValue<string>() == type && one["data"]![names]!.GetValue<int>() == version) is var times and not 1)
                yield return $"{times} events {type}";
    }
}
