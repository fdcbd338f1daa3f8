namespace ModelHub.Benchmarks.Serving;

/// <summary>The servers a node is held against, those that this machine can start.</summary>
internal sealed class Servers : IAsyncDisposable
{
    // About what the node answers for one row; the size of the answer matters little.
    private const int AnswerBytes = 130;
    public const string Echo = "Kestrel JSON echo";
    public const string Fastify = "fastify + onnxruntime-node";
    public const string FastApi = "FastAPI + scikit-learn";
    private readonly List<(string Name, ServerProcess Process, string Path)> started = [];

    public async Task StartAsync(string file, string model, CancellationToken ct)
    {
        await StartEchoAsync(ct);
        Add(Fastify, await PeerServers.FastifyAsync(file, ct), "/infer");
        Add(FastApi, await PeerServers.FastApiAsync(model, ct), "/infer");
        Add("Flask + gunicorn + scikit-learn", await PeerServers.FlaskAsync(model, ct), "/infer");
    }

    /// <summary>Only the practical limit.</summary>
    public async Task StartEchoAsync(CancellationToken ct) => Add(Echo, await PeerServers.EchoAsync(AnswerBytes, ct), "/");

    public IEnumerable<Target> Targets(byte[][] json) =>
        started.Select(s => new Target(s.Name, s.Process.Id, new Uri(s.Process.Address, s.Path), [("Content-Type", "application/json")], json));

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process, _) in started)
            await process.DisposeAsync();
    }

    private void Add(string name, ServerProcess? process, string path)
    {
        if (process is null)
            Console.WriteLine($"{name}: not to be had on this machine.");
        else
            started.Add((name, process, path));
    }
}
