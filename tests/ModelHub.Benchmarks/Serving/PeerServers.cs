using System.Diagnostics;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Serving;

/// <summary>
/// What users would pick instead, started from what the machine has: fastify with onnxruntime-node (npm), FastAPI and
/// Flask with scikit-learn (the system's Python). Two workers each.
/// </summary>
internal static class PeerServers
{
    private const int Workers = 2;
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "Peers");
    private static readonly Dictionary<string, string> OneThread = new()
    {
        ["OMP_NUM_THREADS"] = "1",
        ["OPENBLAS_NUM_THREADS"] = "1",
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };

    public static Task<ServerProcess> EchoAsync(int answerBytes, CancellationToken ct)
    {
        var port = FreePorts.Neighbours(1);
        var environment = new Dictionary<string, string> { ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0" };
        return ServerProcess.StartAsync("dotnet", [typeof(PeerServers).Assembly.Location, EchoServer.Verb, $"{port}", $"{answerBytes}"], port, "/", environment, null, ct);
    }

    /// <returns>null where npm cannot bring it</returns>
    public static async Task<ServerProcess?> FastifyAsync(string model, CancellationToken ct)
    {
        if (!Directory.Exists(Path.Combine(Folder, "node_modules")) && !await SucceedsAsync("npm", ["ci", "--no-progress", "--loglevel=error"], ct))
            return null;
        var port = FreePorts.Neighbours(1);
        return await ServerProcess.StartAsync("node", ["fastify.js", $"{port}", $"{Workers}", model], port, "/ready", OneThread, Folder, ct);
    }

    /// <returns>null where Python lacks FastAPI, uvicorn, gunicorn or scikit-learn</returns>
    public static Task<ServerProcess?> FastApiAsync(string model, CancellationToken ct) =>
        // Under gunicorn, since uvicorn's own workers inherit a socket without TCP_NODELAY: 40 ms per request.
        PythonAsync(model, ["fastapi", "uvicorn", "gunicorn", "sklearn"], port => Gunicorn("fastapi_app:app", port, "uvicorn.workers.UvicornWorker"), ct);

    /// <returns>null where Python lacks Flask, gunicorn or scikit-learn</returns>
    public static Task<ServerProcess?> FlaskAsync(string model, CancellationToken ct) =>
        PythonAsync(model, ["flask", "gunicorn", "sklearn"], port => [.. Gunicorn("flask_app:app", port, "gthread"), "--threads", "8"], ct);

    private static string[] Gunicorn(string app, int port, string worker) =>
        ["-m", "gunicorn", app, "--bind", $"127.0.0.1:{port}", "--workers", $"{Workers}", "--worker-class", worker, "--keep-alive", "60"];

    private static async Task<ServerProcess?> PythonAsync(string model, string[] modules, Func<int, string[]> arguments, CancellationToken ct)
    {
        // The system's Python has the distribution's packages; another first in the path may not.
        foreach (var python in new[] { "python3", "/usr/bin/python3" })
        {
            if (!await SucceedsAsync(python, ["-c", "import " + string.Join(", ", modules)], ct))
                continue;
            var port = FreePorts.Neighbours(1);
            return await ServerProcess.StartAsync(python, arguments(port), port, "/ready", new Dictionary<string, string>(OneThread) { ["BENCH_MODEL"] = model }, Folder, ct);
        }
        return null;
    }

    private static async Task<bool> SucceedsAsync(string program, string[] arguments, CancellationToken ct)
    {
        try
        {
            var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = Folder, RedirectStandardError = true, RedirectStandardOutput = true };
            using var process = Process.Start(start)!;
            await Task.WhenAll(process.StandardOutput.ReadToEndAsync(ct), process.StandardError.ReadToEndAsync(ct));
            await process.WaitForExitAsync(ct);
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            // The program is not on this machine.
            return false;
        }
    }
}
