using System.Diagnostics;
using System.Text.Json.Nodes;

namespace ModelHub.Benchmarks.Engine;

/// <summary>
/// The conformance kit's comparison of servers: it starts graphql-js, graphql-http, yoga and mercurius, holds every answer
/// against graphql-js before it measures, and takes processor time from /proc.
/// </summary>
internal sealed class PeerKit
{
    private readonly string folder;

    private PeerKit(string folder) => this.folder = folder;

    public static async Task<PeerKit> InstallAsync(string source, string folder, CancellationToken ct)
    {
        foreach (var file in Directory.EnumerateFiles(source, "*", SearchOption.AllDirectories).Where(file => !file.Contains("node_modules", StringComparison.Ordinal)))
        {
            var target = Path.Combine(folder, Path.GetRelativePath(source, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
        var kit = new PeerKit(folder);
        await kit.RunAsync("npm", ["ci", "--no-audit", "--no-fund", "--loglevel=error"], ct);
        await kit.RunAsync("npm", ["--prefix", "perf/mercurius", "ci", "--no-audit", "--no-fund", "--loglevel=error"], ct);
        return kit;
    }

    /// <summary>Our servers at every load, until the runtime has compiled what is hot; nothing is kept of it.</summary>
    public Task WarmAsync(EngineServers servers, CancellationToken ct) =>
        PerfAsync([.. servers.Arguments(), "--targets", "none", "--seconds", "1", "--warmup", "5", "--warm-requests", "60000"], ct);

    /// <summary>
    /// All servers at every load, in several rounds: the kit's rows of each. On a shared machine the same server costs two or
    /// three times as much in one minute as in another, so one pass would compare the minutes and not the servers.
    /// </summary>
    public async Task<IReadOnlyList<JsonNode>> MeasureAsync(EngineServers servers, int rounds, CancellationToken ct)
    {
        var file = Path.Combine(folder, "rows.json");
        var rows = new List<JsonNode>();
        for (var round = 0; round < rounds; round++)
        {
            await PerfAsync([.. servers.Arguments(), "--seconds", "2", "--warmup", "1", "--warm-requests", "8000", "--json", file], ct);
            rows.AddRange(JsonNode.Parse(await File.ReadAllTextAsync(file, ct))!.AsArray().Select(row => row!));
        }
        return rows;
    }

    private Task PerfAsync(string[] arguments, CancellationToken ct) => RunAsync("node", ["perf/perf.mjs", "--pin", .. arguments], ct);

    private async Task RunAsync(string program, string[] arguments, CancellationToken ct)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = folder }) ?? throw new InvalidOperationException($"{program} did not start.");
        await process.WaitForExitAsync(ct);
        if (process.ExitCode != 0)
            throw new InvalidOperationException($"{program} {string.Join(' ', arguments)} ended with {process.ExitCode}.");
    }
}
