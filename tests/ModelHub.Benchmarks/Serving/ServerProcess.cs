using System.Diagnostics;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Serving;

/// <summary>A server that is measured, in a process of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly Process process;

    private ServerProcess(Process process, Uri address) => (this.process, Address) = (process, address);

    public Uri Address { get; }

    public int Id => process.Id;

    /// <param name="ready">address that answers 2xx once the server is up</param>
    public static async Task<ServerProcess> StartAsync(
        string program, IEnumerable<string> arguments, int port, string ready, IReadOnlyDictionary<string, string> environment, string? folder, CancellationToken ct)
    {
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder ?? "" };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        var said = new Queue<string?>();
        process.OutputDataReceived += (_, line) => Keep(said, line.Data);
        process.ErrorDataReceived += (_, line) => Keep(said, line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var server = new ServerProcess(process, new Uri($"http://127.0.0.1:{port}"));
        using var http = new HttpClient { BaseAddress = server.Address };
        await Eventually.HoldsAsync($"{program} answers", async () => process.HasExited ? throw new InvalidOperationException($"{program} ended: {string.Join('\n', said)}") : await AnswersAsync(http, ready, ct), TimeSpan.FromMinutes(1), ct);
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync();
        process.Dispose();
    }

    private static void Keep(Queue<string?> said, string? line)
    {
        lock (said)
        {
            said.Enqueue(line);
            if (said.Count > 20)
                said.Dequeue();
        }
    }

    private static async Task<bool> AnswersAsync(HttpClient http, string ready, CancellationToken ct)
    {
        try
        {
            using var response = await http.GetAsync(ready, ct);
            return response.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // Not listening yet.
            return false;
        }
    }
}
