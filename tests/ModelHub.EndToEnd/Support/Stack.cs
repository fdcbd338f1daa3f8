using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace ModelHub.EndToEnd.Support;

/// <summary>One running ModelHub: <c>./modelhub up</c> with its own data folder and ports, and its processes.</summary>
/// <param name="database">A PostgreSQL to use instead of a private one.</param>
/// <param name="data">A data folder to start on, not there or used before; else a new one.</param>
/// <param name="environment">Settings of its hosts, as variables.</param>
/// <param name="options">More options of <c>up</c>.</param>
internal sealed class Stack(
    string? database = null, string? data = null, IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? options = null) : IAsyncDisposable
{
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(4);
    private readonly StringBuilder printed = new();
    private Process? process;

    public string Data { get; } = data ?? Directory.CreateTempSubdirectory("modelhub-e2e-").FullName;
    public int Port { get; } = FreePorts.Neighbours(16);
    public Uri Api { get; private set; } = null!;
    public Uri Console { get; private set; } = null!;
    public Uri Router { get; private set; } = null!;
    public string Token { get; private set; } = "";

    public static async Task<Stack> StartAsync(
        CancellationToken ct, string? database = null, string? data = null, IReadOnlyDictionary<string, string>? environment = null, IReadOnlyList<string>? options = null)
    {
        var stack = new Stack(database, data, environment, options);
        await stack.UpAsync(ct);
        return stack;
    }

    /// <summary>Starts on the data folder, new or used, and waits until everything answers.</summary>
    public async Task UpAsync(CancellationToken ct)
    {
        var connection = Path.Combine(Data, "connection.json");
        File.Delete(connection);
        process = ModelHubCommand.Start(["up", "--data", Data, "--port", $"{Port}", "--json", .. options ?? []], database, environment);
        process.OutputDataReceived += (_, line) => Keep(line.Data);
        process.ErrorDataReceived += (_, line) => Keep(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        await Eventually.HoldsAsync("the stack is up", () => Task.FromResult(Ready(connection)), StartLimit, ct);
        var text = await File.ReadAllTextAsync(connection, ct);
        using var json = JsonDocument.Parse(text);
        Api = new(json.RootElement.GetProperty("api").GetString()!);
        Console = new(json.RootElement.GetProperty("console").GetString()!);
        Router = new(json.RootElement.GetProperty("router").GetString()!);
        Token = json.RootElement.GetProperty("token").GetString()!;
    }

    /// <summary>Runs a client command against this stack and reads its JSON.</summary>
    public Task<CommandResult> RunAsync(CancellationToken ct, params string[] arguments) =>
        ModelHubCommand.RunAsync([.. arguments, "--json", "--url", Api.ToString(), "--token", Token], TimeSpan.FromMinutes(3), ct);

    public Graph As(string token) => new(Api, token);

    public Graph Admin => As(Token);

    public string Printed
    {
        get
        {
            lock (printed)
                return printed.ToString();
        }
    }

    /// <summary>The main process of <c>up</c>; its descendants are the hosts.</summary>
    public int ProcessId => process!.Id;

    public Task WaitForExitAsync(CancellationToken ct) => process!.WaitForExitAsync(ct);

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            await ModelHubCommand.RunAsync(["down", "--data", Data], TimeSpan.FromMinutes(1), CancellationToken.None);
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync(CancellationToken.None);
        }
        process?.Dispose();
        Directory.Delete(Data, recursive: true);
    }

    private bool Ready(string connection)
    {
        if (process!.HasExited)
            throw new InvalidOperationException($"up ended with {process.ExitCode}:\n{Printed}");
        return File.Exists(connection);
    }

    private void Keep(string? line)
    {
        lock (printed)
            printed.AppendLine(line);
    }
}
