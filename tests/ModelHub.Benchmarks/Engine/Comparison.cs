using System.Text.Json.Nodes;

namespace ModelHub.Benchmarks.Engine;

/// <summary>The kit's rows as tables: requests per second of the server's processor time, and how the engine stands to each server.</summary>
internal static class Comparison
{
    public static void Print(JsonArray rows)
    {
        var seen = rows.ToDictionary(row => (Name: (string)row!["name"]!, Load: (string)row["load"]!), row => 1e6 / (double)row!["cpuUs"]!);
        string[] loads = [.. Loads.All.Select(load => load.Name)];
        string[] names = [.. seen.Keys.Select(key => key.Name).Distinct()];
        var absolute = new Table("Requests per second of the server's processor time; one processor, 32 connections", ["server", .. loads]);
        var relative = new Table("The engine's figure over that of each server: above 1 the engine is ahead", ["server", .. loads]);
        foreach (var name in names)
        {
            absolute.Add([name, .. loads.Select(load => seen.TryGetValue((name, load), out var value) ? $"{value:0}" : "–")]);
            relative.Add([name, .. loads.Select(load => seen.TryGetValue((name, load), out var value) ? $"{seen[(EngineServer.Engine, load)] / value:0.00}" : "–")]);
        }
        absolute.Print();
        relative.Print();
    }
}
