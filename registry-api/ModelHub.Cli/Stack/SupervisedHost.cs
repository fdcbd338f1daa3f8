using System.Diagnostics;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Stack;

/// <summary>A host that is started again when it ends, sooner or later as it ends less or more often.</summary>
internal sealed class SupervisedHost : IAsyncDisposable
{
    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan longestPause = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan goodRun = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan stopBound = TimeSpan.FromSeconds(15);
    private const int RememberedLines = 15;

    private readonly HostPlan plan;
    private readonly LogFile log;
    private readonly Screen screen;
    private readonly CancellationTokenSource stopping = new();
    private readonly Queue<string> lastLines = new();
    private Process process;
    private readonly Task supervision;
    private int restarts;

    private SupervisedHost(HostPlan plan, LogFile log, Screen screen)
    {
        this.plan = plan;
        this.log = log;
        this.screen = screen;
        process = Launch();
        supervision = SuperviseAsync();
    }

    public string Name => plan.Name;

    public int ProcessId => process.Id;

    /// <summary>How often it was started again.</summary>
    public int Restarts => Volatile.Read(ref restarts);

    public static SupervisedHost Start(HostPlan plan, string logFolder, Screen screen) =>
        new(plan, new LogFile(Path.Combine(logFolder, plan.Name + ".log")), screen);

    /// <summary>Waits until the host answers that it is ready.</summary>
    /// <exception cref="BrokenWorldException">It refused its configuration, keeps ending, or is not ready in time.</exception>
    public async Task ReadyAsync(HttpClient http, TimeSpan bound, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (!await AnswersAsync(http, ct))
        {
            if (supervision.IsCompleted || Restarts >= 5)
                throw new BrokenWorldException($"{Name} does not start. Its last lines:\n{LastLines()}");
            if (clock.Elapsed > bound)
                throw new BrokenWorldException($"{Name} was not ready after {bound.TotalSeconds:0} s. Its last lines:\n{LastLines()}");
            await Task.Delay(50, ct);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        var last = process;
        if (!last.HasExited)
        {
            Posix.Send(Signal.Term, last.Id);
            if (!await OtherProcess.GoneAsync(last.Id, stopBound, CancellationToken.None))
                Posix.Send(Signal.Kill, last.Id);
        }

        await supervision;
        process.Dispose();
        log.Dispose();
        stopping.Dispose();
    }

    private async Task<bool> AnswersAsync(HttpClient http, CancellationToken ct)
    {
        try
        {
            using var answer = await http.GetAsync(new Uri($"http://127.0.0.1:{plan.Port}/healthz/ready"), ct);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            // It does not listen yet.
            return false;
        }
        catch (TaskCanceledException) when (!ct.IsCancellationRequested)
        {
            // It listens and is too busy to answer within the client's time-out.
            return false;
        }
    }

    private async Task SuperviseAsync()
    {
        var pause = firstPause;
        while (true)
        {
            var clock = Stopwatch.StartNew();
            await process.WaitForExitAsync(CancellationToken.None);
            if (stopping.IsCancellationRequested || process.ExitCode == ExitCode.WrongUsage)
                return;
            pause = clock.Elapsed > goodRun ? firstPause : pause;
            Interlocked.Increment(ref restarts);
            Keep($"{Name} (process {process.Id}) ended with {process.ExitCode}; starting it again in {pause.TotalSeconds:0.0} s");
            screen.Note($"{Name} ended with {process.ExitCode}; starting it again in {pause.TotalSeconds:0.0} s.");
            try
            {
                await Task.Delay(pause, stopping.Token);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            pause = pause * 2 < longestPause ? pause * 2 : longestPause;
            process.Dispose();
            process = Launch();
        }
    }

    private Process Launch()
    {
        var launched = ChildProcess.Start(plan.StartInfo(), user: null, Signal.Term);
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
        lock (lastLines)
        {
            lastLines.Enqueue(line);
            if (lastLines.Count > RememberedLines)
                lastLines.Dequeue();
        }

        log.WriteLine(line);
    }

    private string LastLines()
    {
        lock (lastLines)
            return string.Join('\n', lastLines.Select(line => "  " + line));
    }
}
