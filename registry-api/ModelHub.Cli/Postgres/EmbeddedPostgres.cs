using System.Diagnostics;
using System.Security.Cryptography;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>
/// A private PostgreSQL: its data in a folder, reachable through a socket that only this user can open. Started by root it
/// runs as an unprivileged user. It stops when this process ends, and what a kill leaves behind is cleared by the next start.
/// </summary>
public sealed class EmbeddedPostgres : IAsyncDisposable
{
    private static readonly TimeSpan startBound = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan stopBound = TimeSpan.FromSeconds(30);

    private readonly FolderLock folderLock;
    private readonly LogFile? log;
    private readonly Process server;
    private readonly string socketFolder;
    private readonly string password;
    private readonly EmbeddedPostgresOptions options;

    private EmbeddedPostgres(FolderLock folderLock, LogFile? log, Process server, string socketFolder, string password, int major, EmbeddedPostgresOptions options)
    {
        this.folderLock = folderLock;
        this.log = log;
        this.server = server;
        this.socketFolder = socketFolder;
        this.password = password;
        this.options = options;
        Major = major;
    }

    /// <summary>Major version of the server.</summary>
    public int Major { get; }

    /// <summary>Process id of the server.</summary>
    public int ProcessId => server.Id;

    /// <summary>For Npgsql: the database named in the options.</summary>
    public string ConnectionString => ConnectionStringTo(options.Database);

    /// <summary>For Npgsql: another database of this server.</summary>
    public string ConnectionStringTo(string database) =>
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
    public Task ExitAsync(CancellationToken ct) => server.WaitForExitAsync(ct);

    /// <summary>Stops the server: open transactions are rolled back, everything committed is on disk.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!server.HasExited)
        {
            Posix.Send(Signal.Int, server.Id);
            if (!await OtherProcess.GoneAsync(server.Id, stopBound, CancellationToken.None))
                Posix.Send(Signal.Quit, server.Id);
            await server.WaitForExitAsync();
        }

        server.Dispose();
        log?.Dispose();
        SocketFolder.Remove(socketFolder);
        folderLock.Dispose();
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
        await OrphanedServer.StopAsync(cluster.Folder, ct);

        var log = options.Log is null ? new LogFile(Path.Combine(folder, "server.log")) : null;
        var socketFolder = SocketFolder.Create(user);
        try
        {
            var server = await ServeAsync(cluster, binaries, user, socketFolder, options, options.Log ?? log!.WriteLine, ct);
            return new EmbeddedPostgres(held, log, server, socketFolder, password, binaries.Major, options);
        }
        catch
        {
            log?.Dispose();
            SocketFolder.Remove(socketFolder);
            throw;
        }
    }

    private static async Task<Process> ServeAsync(
        PostgresCluster cluster, PostgresBinaries binaries, SystemUser? user, string socketFolder, EmbeddedPostgresOptions options, Action<string> log, CancellationToken ct)
    {
        string[] arguments = ["-D", cluster.PathFor(cluster.Folder), "-k", socketFolder, "-p", "5432", .. options.Arguments()];
        var server = ChildProcess.Start(PostgresCluster.StartInfo(binaries.Postgres, arguments, cluster.Folder), user, Signal.Int);
        var lastWords = new Queue<string>();
        void Keep(object _, DataReceivedEventArgs line)
        {
            if (line.Data is null)
                return;
            lock (lastWords)
            {
                lastWords.Enqueue(line.Data);
                if (lastWords.Count > 20)
                    lastWords.Dequeue();
            }

            log(line.Data);
        }

        server.OutputDataReceived += Keep;
        server.ErrorDataReceived += Keep;
        server.BeginOutputReadLine();
        server.BeginErrorReadLine();
        server.StandardInput.Close();
        try
        {
            await ReadyAsync(server, cluster, lastWords, ct);
        }
        catch
        {
            if (!server.HasExited)
                Posix.Send(Signal.Int, server.Id);
            await server.WaitForExitAsync(CancellationToken.None);
            throw;
        }

        return server;
    }

    private static async Task ReadyAsync(Process server, PostgresCluster cluster, Queue<string> lastWords, CancellationToken ct)
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
