using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Engine;

/// <summary>The GraphQL engine alone, and side by side with the engines of Node.js and with a server that knows no GraphQL.</summary>
internal static class EngineBenchmark
{
    private const int Rounds = 4;

    public static async Task RunAsync(CancellationToken ct)
    {
        await EngineLoop.RunAsync(ct);
        var source = Path.Combine(Repository.Root, "..", "shared", "tools", "graphql-conformance");
        if (!Directory.Exists(source))
        {
            Console.WriteLine($"\nThe comparison with other engines needs the conformance kit, which is not at {source}.");
            return;
        }
        var folder = Directory.CreateTempSubdirectory("modelhub-bench-");
        await using (var servers = await EngineServers.StartAsync(ct))
        {
            var kit = await PeerKit.InstallAsync(source, folder.FullName, ct);
            await kit.WarmAsync(servers, ct);
            Comparison.Print(await kit.MeasureAsync(servers, Rounds, ct), Rounds);
        }
        folder.Delete(recursive: true);
    }
}
