using System.Text.Json.Nodes;

namespace ModelHub.Benchmarks.Engine;

/// <summary>
/// The kit's rows as tables: requests per second of the server's processor time, how far the rounds lie apart, and how the
/// engine stands to each server. The best round counts, since what neighbours do to a round only adds to its cost.
/// </summary>
internal static class Comparison
{
    public static void Print(IReadOnlyList<JsonNode> rows, int rounds)
    {
        var all = rows.ToLookup(row => (Name: (string)row["name"]!, Load: (string)row["load"]!), row => 1e6 / (double)row["cpuUs"]!);
        var seen = all.ToDictionary(one => one.Key, one => one.Max());
        string[] loads = [.. Loads.All.Select(load => load.Name)];
        string[] names = [.. seen.Keys.Select(key => key.Name).Distinct()];
        var absolute = new Table($"Requests per second of the server's processor time; one processor, 32 connections, the best of {rounds} rounds", ["server", .. loads]);
        var spread = new Table("The best round over the worst: where this is far from 1, believe factors only", ["server", .. loads]);
        var relative = new Table("The engine's figure over that of each server: above 1 the engine is ahead", ["server", .. loads]);
        foreach (var name in names)
        {
            absolute.Add([name, .. loads.Select(load => seen.TryGetValue((name, load), out var value) ? $"{value:0}" : "–")]);
            spread.Add([name, .. loads.Select(load => seen.TryGetValue((name, load), out var value) ? $"{value / all[(name, load)].Min():0.00}" : "–")]);
            relative.Add([name, .. loads.Select(load => seen.TryGetValue((name, load), out var value) ? $"{seen[(EngineServer.Engine, load)] / value:0.00}" : "–")]);
        }
        absolute.Print();
        spread.Print();
        relative.Print();
    }
}
