using ModelHub.EndToEnd.Support;
using ModelHub.Protocol;
using ModelHub.Tests.Node;

namespace ModelHub.Benchmarks.Serving;

/// <summary>One node with the API's side of its control stream, and nothing else of ModelHub.</summary>
internal sealed class NodeUnderLoad : IAsyncDisposable
{
    private const string Name = "bench";
    private readonly FakeApi api;
    private readonly ServerProcess process;
    private readonly DirectoryInfo data;

    private NodeUnderLoad(FakeApi api, ServerProcess process, DirectoryInfo data) =>
        (this.api, this.process, this.data) = (api, process, data);

    public int ProcessId => process.Id;

    public static async Task<NodeUnderLoad> StartAsync(CancellationToken ct, params string[] settings)
    {
        var api = await FakeApi.StartAsync();
        var data = Directory.CreateTempSubdirectory("modelhub-bench-");
        var port = FreePorts.Neighbours(1);
        string[] arguments =
        [
            Path.Combine(AppContext.BaseDirectory, "ModelHub.Node.dll"), "--Urls", $"http://127.0.0.1:{port}", "--Api", api.Address.ToString(), "--Name", Name,
            "--JoinToken", FakeApi.JoinToken, "--Data", data.FullName, .. settings,
        ];
        var process = await ServerProcess.StartAsync("dotnet", arguments, port, "/v2/health/live", new Dictionary<string, string>(), null, ct);
        return new NodeUnderLoad(api, process, data);
    }

    /// <summary>Returns when all are ready, with the time from assignment to ready.</summary>
    public async Task<TimeSpan> HoldAsync(CancellationToken ct, params (string Model, byte[] File)[] models)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        api.Assign(Name, [.. models.Select(m => api.Assignment(m.Model, 1, m.File))]);
        await Eventually.HoldsAsync("every model is ready", () => Task.FromResult(Ready(models.Length)), TimeSpan.FromMinutes(5), ct);
        return clock.Elapsed;
    }

    /// <param name="jsonBytes">length of the JSON in front of binary data, or null</param>
    public Target Infer(string name, string model, byte[][] bodies, int? jsonBytes = null) => new(
        name, process.Id, new Uri(process.Address, $"/v2/models/{model}/infer"),
        [
            ("Authorization", "Bearer " + FakeApi.Caller),
            .. jsonBytes is { } length
                ? new[] { ("Content-Type", "application/octet-stream"), ("Inference-Header-Content-Length", $"{length}") }
                : [("Content-Type", "application/json")],
        ],
        bodies);

    public async ValueTask DisposeAsync()
    {
        await process.DisposeAsync();
        await api.DisposeAsync();
        data.Delete(recursive: true);
    }

    private bool Ready(int models)
    {
        var items = api.Peers.FirstOrDefault(p => p.Name == Name)?.Placements?.Items ?? [];
        return Array.Find(items, i => i.State == PlacementState.Failed) is { } failed
            ? throw new UnexpectedAnswerException($"{failed.Model}: {failed.Failure}")
            : items.Count(i => i.State == PlacementState.Ready) == models;
    }
}
