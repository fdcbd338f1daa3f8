using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Engine;

/// <summary>Our servers of the comparison, each a process on the first processor, where the kit puts the others too.</summary>
internal sealed class EngineServers : IAsyncDisposable
{
    private readonly List<(string Name, ServerProcess Process)> started = [];

    public static async Task<EngineServers> StartAsync(CancellationToken ct)
    {
        var servers = new EngineServers();
        foreach (var kind in (string[])[EngineServer.Engine, EngineServer.EngineTasks, EngineServer.Floor])
        {
            var port = FreePorts.Neighbours(1);
            string[] arguments = ["-c", "0", "dotnet", typeof(EngineServers).Assembly.Location, EngineServer.Verb, kind, $"{port}"];
            servers.started.Add((kind, await ServerProcess.StartAsync("taskset", arguments, port, "/ready", new Dictionary<string, string>(), null, ct)));
        }
        return servers;
    }

    /// <summary>How the kit is told of them.</summary>
    public IEnumerable<string> Arguments() =>
        started.SelectMany(s => (string[])["--url", $"{s.Name}={new Uri(s.Process.Address, "/graphql")}", "--pid", $"{s.Name}={s.Process.Id}"]);

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process) in started)
            await process.DisposeAsync();
    }
}
