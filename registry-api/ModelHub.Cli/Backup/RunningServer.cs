using System.Diagnostics;
using System.Text.Json.Nodes;
using ModelHub.Cli.Postgres;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Stack;

namespace ModelHub.Cli.Backup;

/// <summary>A running PostgreSQL that is held in backup mode for as long as this is not disposed.</summary>
internal sealed class RunningServer : IDisposable
{
    private readonly Process held;
    private readonly Task<string> errors;

    private RunningServer(Process held)
    {
        this.held = held;
        errors = held.StandardError.ReadToEndAsync();
    }

    /// <summary>Name of the first WAL file that the copy needs.</summary>
    public string FirstWal { get; private set; } = "";

    /// <exception cref="BrokenWorldException">The server does not answer or refuses.</exception>
    public static async Task<RunningServer> HoldAsync(string data, PostmasterFile server, CancellationToken ct)
    {
        var password = await File.ReadAllTextAsync(Path.Combine(data, "postgres", "password"), ct);
        var database = EmbeddedPostgres.ConnectionStringAt(server.SocketFolder, password, new EmbeddedPostgresOptions().Database);
        var plan = new HostPlan("backup", "ModelHub.Migrations", null, new() { ["DATABASE"] = database });
        var running = new RunningServer(ChildProcess.Start(plan.StartInfo("hold-backup"), user: null, Signal.Kill));
        try
        {
            running.FirstWal = (string)(await running.AnswerAsync(ct))["firstWal"]!;
            return running;
        }
        catch
        {
            running.Dispose();
            throw;
        }
    }

    /// <summary>Ends backup mode: the files copied before and what this returns make a whole. The WAL files stay until the end.</summary>
    public async Task<(string Label, string Tablespaces, string LastWal)> StopAsync(CancellationToken ct)
    {
        await held.StandardInput.WriteLineAsync("stop".AsMemory(), ct);
        await held.StandardInput.FlushAsync(ct);
        var answer = await AnswerAsync(ct);
        return ((string)answer["label"]!, (string)answer["tablespaces"]!, (string)answer["lastWal"]!);
    }

    public void Dispose()
    {
        // The end of its input ends it, and with it the session in which the server was held.
        held.StandardInput.Dispose();
        if (!held.WaitForExit(TimeSpan.FromSeconds(10)))
            held.Kill();
        held.Dispose();
    }

    private async Task<JsonNode> AnswerAsync(CancellationToken ct)
    {
        var line = await held.StandardOutput.ReadLineAsync(ct);
        return line is null ? throw new BrokenWorldException($"PostgreSQL could not be held for a backup: {(await errors).Trim()}") : JsonNode.Parse(line)!;
    }
}
