using System.Diagnostics;
using System.Net.Sockets;
using ModelHub.Node.Artifacts;

namespace ModelHub.Node.Runtimes.Process;

/// <summary>
/// A confined process that serves a model on a Unix socket. One that ends is started again, after 0.5, 1, 2, … 30 seconds while it
/// keeps ending; requests meanwhile find nobody on the socket.
/// </summary>
internal sealed partial class ServedProcess : IAsyncDisposable
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Steady = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan FirstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Goodbye = TimeSpan.FromSeconds(5);

    private readonly ConfinedCommand command;
    private readonly string workingFolder;
    private readonly ILogger log;
    private readonly string folder;
    private readonly CancellationTokenSource stopped = new();
    private System.Diagnostics.Process process;
    private Task watching = Task.CompletedTask;

    private ServedProcess(ConfinedCommand command, string workingFolder, ILogger log)
    {
        (this.command, this.workingFolder, this.log) = (command, workingFolder, log);
        // Short and private: the path of a socket has at most 107 bytes.
        folder = Directory.CreateTempSubdirectory("mh-").FullName;
        process = Start();
    }

    public string Socket => Path.Combine(folder, "s");

    /// <summary>Bytes in memory now; 0 while it is down.</summary>
    public long MemoryBytes
    {
        get
        {
            try
            {
                process.Refresh();
                return process.WorkingSet64;
            }
            catch (InvalidOperationException)
            {
                // It ended just now.
                return 0;
            }
        }
    }

    /// <summary>Of the process that runs now.</summary>
    public int Id => process.Id;

    /// <summary>Starts it and waits until it listens.</summary>
    /// <param name="within">it is given up after this</param>
    public static async Task<(ServedProcess? Process, PlacementProblem? Problem)> StartAsync(
        ConfinedCommand command, string workingFolder, TimeSpan within, ILogger log, CancellationToken ct)
    {
        var served = new ServedProcess(command, workingFolder, log);
        var problem = default(PlacementProblem);
        var ready = false;
        try
        {
            problem = await served.ListensAsync(within, ct);
            ready = problem is null;
        }
        finally
        {
            if (!ready)
                await served.DisposeAsync();
        }
        if (!ready)
            return (null, problem);
        served.watching = served.WatchAsync();
        return (served, null);
    }

    /// <summary>A client whose every connection goes to the socket; the host of its addresses means nothing.</summary>
    public HttpClient Client(int responseBytes) => new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        ConnectCallback = ConnectAsync,
    })
    {
        BaseAddress = new Uri("http://model/"),
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = responseBytes,
    };

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        await watching.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await EndAsync();
        stopped.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken ct)
    {
        var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), ct);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private System.Diagnostics.Process Start()
    {
        File.Delete(Socket);
        var started = System.Diagnostics.Process.Start(command.StartInfo(folder, workingFolder, Socket))
            ?? throw new InvalidOperationException($"{command.Python} was not started.");
        Words = new LastWords(started.StandardError);
        _ = started.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None).ContinueWith(t => _ = t.Exception, TaskScheduler.Default);
        return started;
    }

    private LastWords Words { get; set; } = null!;

    private async Task<PlacementProblem?> ListensAsync(TimeSpan within, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        while (!await AcceptsAsync(ct))
        {
            if (process.HasExited)
                return new PlacementProblem("refused", await Words.ReadAsync(Goodbye) is { Length: > 0 } said ? said : $"Its process ended with code {process.ExitCode}.");
            if (Stopwatch.GetElapsedTime(started) > within)
                return new PlacementProblem("too-slow", $"Its process did not listen within {within.TotalSeconds:0.#} seconds.");
            await Task.Delay(Look, ct);
        }
        return null;
    }

    /// <summary>A socket has its name from when it is bound; only from when it listens does it take connections.</summary>
    private async Task<bool> AcceptsAsync(CancellationToken ct)
    {
        if (!File.Exists(Socket))
            return false;
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(Socket), ct);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    private async Task WatchAsync()
    {
        var pause = FirstPause;
        while (true)
        {
            var since = Stopwatch.GetTimestamp();
            await process.WaitForExitAsync(stopped.Token);
            if (Stopwatch.GetElapsedTime(since) > Steady)
                pause = FirstPause;
            LogEnded(command.Command[^1], process.ExitCode, await Words.ReadAsync(Goodbye), pause.TotalSeconds);
            await EndAsync();
            await Task.Delay(pause, stopped.Token);
            pause = pause * 2 < LongestPause ? pause * 2 : LongestPause;
            process = Start();
        }
    }

    /// <summary>Closing its input ends its whole group; what does not obey is killed.</summary>
    private async Task EndAsync()
    {
        process.StandardInput.Close();
        using var patience = new CancellationTokenSource(Goodbye);
        await process.WaitForExitAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!process.HasExited)
            process.Kill(entireProcessTree: true);
        process.Dispose();
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The process of {Model} ended with code {Code} ({Said}); again in {Seconds} s")]
    private partial void LogEnded(string model, int code, string said, double seconds);
}
