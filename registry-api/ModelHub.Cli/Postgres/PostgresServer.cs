using System.Diagnostics;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>The server process of a cluster. Started again, it listens on the same socket.</summary>
internal sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan startBound = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan stopBound = TimeSpan.FromSeconds(30);
    private const int RememberedLines = 20;

    private readonly PostgresCluster cluster;
    private readonly PostgresBinaries binaries;
    private readonly SystemUser? user;
    private readonly EmbeddedPostgresOptions options;
    private readonly Action<string> log;
    private readonly Queue<string> lastWords = new();
    private Process? process;

    private PostgresServer(PostgresCluster cluster, PostgresBinaries binaries, SystemUser? user, EmbeddedPostgresOptions options, Action<string> log)
    {
        this.cluster = cluster;
        this.binaries = binaries;
        this.user = user;
        this.options = options;
        this.log = log;
        SocketFolder = Postgres.SocketFolder.Create(user);
    }

    public int Major => binaries.Major;
    public int ProcessId => process!.Id;
    public string SocketFolder { get; }

    public static async Task<PostgresServer> StartAsync(
        PostgresCluster cluster, PostgresBinaries binaries, SystemUser? user, EmbeddedPostgresOptions options, Action<string> log, CancellationToken ct)
    {
        var server = new PostgresServer(cluster, binaries, user, options, log);
        try
        {
            await server.RestartAsync(ct);
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public Task ExitAsync(CancellationToken ct) => process!.WaitForExitAsync(ct);

    public async Task RestartAsync(CancellationToken ct)
    {
        await OrphanedServer.StopAsync(cluster.Folder, SocketFolder, ct);
        process?.Dispose();
        process = Launch();
        await ReadyAsync(process, ct);
    }

    public async ValueTask DisposeAsync()
    {
        if (process is { HasExited: false })
        {
            Posix.Send(Signal.Int, process.Id);
            if (!await OtherProcess.GoneAsync(process.Id, stopBound, CancellationToken.None))
                Posix.Send(Signal.Quit, process.Id);
            await process.WaitForExitAsync();
        }

        process?.Dispose();
        Postgres.SocketFolder.Remove(SocketFolder);
    }

    private Process Launch()
    {
        string[] arguments = ["-D", cluster.PathFor(cluster.Folder), "-k", SocketFolder, "-p", "5432", .. options.Arguments()];
        var launched = ChildProcess.Start(PostgresCluster.StartInfo(binaries.Postgres, arguments, cluster.Folder), user, Signal.Int);
        launched.OutputDataReceived += (_, line) => Keep(line.Data);
        launched.ErrorDataReceived += (_, line) => Keep(line.Data);
        launched.BeginOutputReadLine();
        launched.BeginErrorReadLine();
        launched.StandardInput.Close();
        return launched;
    }

    private void Keep(string? line)
    {
        if (line is null)
            return;
        lock (lastWords)
        {
            lastWords.Enqueue(line);
            if (lastWords.Count > RememberedLines)
                lastWords.Dequeue();
        }

        log(line);
    }

    private async Task ReadyAsync(Process server, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (PostmasterFile.Read(cluster.Folder) is not { Ready: true } file || file.ProcessId != server.Id)
        {
            if (server.HasExited)
            {
                await server.WaitForExitAsync(ct);
                lock (lastWords)
                    throw new BrokenWorldException($"PostgreSQL did not start on {cluster.Folder}:\n{string.Join('\n', lastWords)}");
            }

            if (clock.Elapsed > startBound)
                throw new BrokenWorldException($"PostgreSQL was not ready on {cluster.Folder} after {startBound.TotalMinutes} minutes; its log is beside it.");
            await Task.Delay(10, ct);
        }
    }
}
