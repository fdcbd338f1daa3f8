using System.Security.Cryptography;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>
/// A private PostgreSQL: its data in a folder, reachable through a socket that only this user can open. Started by root it
/// runs as an unprivileged user. It stops when this process ends, and what a kill leaves behind is cleared by the next start.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan restartPause = TimeSpan.FromSeconds(2);

    private readonly FolderLock folderLock;
    private readonly PostgresServer server;
    private readonly string password;
    private readonly EmbeddedPostgresOptions options;
    private readonly LogFile? log;
    private readonly CancellationTokenSource stopping = new();
    private Task keeping = Task.CompletedTask;

    private EmbeddedPostgres(FolderLock folderLock, PostgresServer server, string password, EmbeddedPostgresOptions options, LogFile? log)
    {
        this.folderLock = folderLock;
        this.server = server;
        this.password = password;
        this.options = options;
        this.log = log;
    }

    /// <summary>Major version of the server.</summary>
    public int Major => server.Major;

    /// <summary>Process id of the server.</summary>
    public int ProcessId => server.ProcessId;

    /// <summary>For Npgsql: the database named in the options.</summary>
    public string ConnectionString => ConnectionStringTo(options.Database);

    /// <summary>For Npgsql: another database of this server.</summary>
    public string ConnectionStringTo(string database) => ConnectionStringAt(server.SocketFolder, password, database);

    internal static string ConnectionStringAt(string socketFolder, string password, string database) =>
        $"Host={socketFolder};Port=5432;Username={PostgresCluster.Role};Password={password};Database={database};GSS Encryption Mode=Disable";

    /// <summary>
    /// Starts the server on the folder, which holds cluster/, password and server.log and is made, with its data, at the
    /// first start. Returns when the server accepts connections.
    /// </summary>
    /// <exception cref="BrokenWorldException">No usable PostgreSQL, data of another major version, a folder in use, or a server that does not start.</exception>
    public static async Task<EmbeddedPostgres> StartAsync(string folder, EmbeddedPostgresOptions? options = null, CancellationToken ct = default)
    {
        options ??= new EmbeddedPostgresOptions();
        folder = Path.GetFullPath(folder);
        // Others may pass it, because the unprivileged server must; what is inside is closed to them.
        Directory.CreateDirectory(folder, PrivateFile.FolderMode | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute);
        var held = FolderLock.TryTake(folder) ?? throw new BrokenWorldException($"Another process runs PostgreSQL in {folder}.");
        try
        {
            return await StartAsync(held, folder, options, ct);
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Ends when the server has ended.</summary>
    public Task ExitAsync(CancellationToken ct) => server.ExitAsync(ct);

    /// <summary>From now on starts the server again when it ends by itself, on the same socket; says so each time.</summary>
    public void KeepRunning(Action<string> say) => keeping = KeepRunningAsync(say);

    /// <summary>Stops the server: open transactions are rolled back, everything committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await keeping;
        await server.DisposeAsync();
        log?.Dispose();
        folderLock.Dispose();
        stopping.Dispose();
    }

    private static async Task<EmbeddedPostgres> StartAsync(FolderLock held, string folder, EmbeddedPostgresOptions options, CancellationToken ct)
    {
        var user = Posix.IsRoot ? SystemUser.Unprivileged() : null;
        var cluster = new PostgresCluster(Path.Combine(folder, "cluster"), user);
        var binaries = ReachableBinaries.For(PostgresBinaries.Choose(PostgresBinaries.Installed(), cluster.Major, cluster.Folder), user);
        var password = PrivateFile.ReadOrCreate(Path.Combine(folder, "password"), () => RandomNumberGenerator.GetHexString(48, lowercase: true));
        if (cluster.Major is null)
            await cluster.CreateAsync(binaries, password, options.Database, ct);
        await cluster.EnsureOwnedAsync(binaries, ct);

        var log = options.Log is null ? new LogFile(Path.Combine(folder, "server.log")) : null;
        try
        {
            var server = await PostgresServer.StartAsync(cluster, binaries, user, options, options.Log ?? log!.WriteLine, ct);
            return new EmbeddedPostgres(held, server, password, options, log);
        }
        catch
        {
            log?.Dispose();
            throw;
        }
    }

    private async Task KeepRunningAsync(Action<string> say)
    {
        var pause = TimeSpan.Zero;
        while (true)
        {
            try
            {
                await Task.Delay(pause, stopping.Token);
                await server.ExitAsync(stopping.Token);
                say("PostgreSQL ended by itself; starting it again.");
                await server.RestartAsync(stopping.Token);
                pause = TimeSpan.Zero;
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (BrokenWorldException fault)
            {
                // A full disk, say: what it needs comes from outside, so it is tried again, slowly.
                say(fault.Message);
                pause = restartPause;
            }
        }
    }
}
