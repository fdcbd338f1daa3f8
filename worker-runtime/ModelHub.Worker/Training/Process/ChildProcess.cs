using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelHub.Worker.Training.Process;

internal abstract record ProcessEnd
{
    private ProcessEnd()
    {
    }

    public sealed record Exited(int Code) : ProcessEnd;

    public sealed record TimedOut : ProcessEnd;
}

/// <summary>
/// A command in a process group of its own, under limits. Whatever happens, the whole group and what left it is dead afterwards: at the
/// end, at the time limit, on cancellation, and also when this worker is killed, since a watchdog in the group reads a pipe that then
/// closes, and looks for the mark of the run as <see cref="Descendants"/> does.
/// </summary>
internal static class ChildProcess
{
    private const int Kill = 9;

    /// <summary>$1: kilobytes of private memory; the rest is the command. Input 3 ends with the worker.</summary>
    private const string Script = """
        ulimit -d "$1" 2>/dev/null; ulimit -c 0 2>/dev/null; shift
        exec 3<&0 </dev/null
        ( cat <&3 >/dev/null 2>&1
          for round in 1 2 3; do
            for marked in $(grep -lsxz "MODELHUB_RUN_MARK=$MODELHUB_RUN_MARK" /proc/[0-9]*/environ); do
              process=${marked#/proc/}; process=${process%/environ}
              [ "$(cut -d' ' -f5 "/proc/$process/stat")" = "$$" ] || kill -9 "$process"
            done
          done
          kill -9 0 ) >/dev/null 2>&1 &
        exec 3<&-
        "$@" &
        wait $!
        """;

    /// <param name="folder">Where it works; also its home and its folder for temporary files.</param>
    /// <param name="line">Told each line of its output and its errors, cut at <see cref="BoundedLines.Length"/> characters.</param>
    public static async Task<ProcessEnd> RunAsync(
        ProcessDefinition definition, string folder, IReadOnlyDictionary<string, string> variables, Action<string> line, CancellationToken ct)
    {
        var mark = Guid.NewGuid().ToString("N");
        using var process = Start(definition, folder, variables, mark);
        using var time = new CancellationTokenSource(definition.Timeout);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(ct, time.Token);
        var output = BoundedLines.ReadAsync(process.StandardOutput.BaseStream, line);
        var errors = BoundedLines.ReadAsync(process.StandardError.BaseStream, line);
        try
        {
            await process.WaitForExitAsync(both.Token);
            return new ProcessEnd.Exited(process.ExitCode);
        }
        catch (OperationCanceledException) when (time.IsCancellationRequested && !ct.IsCancellationRequested)
        {
            return new ProcessEnd.TimedOut();
        }
        finally
        {
            await KillAllAsync(process, mark);
            // The pipes close with the last process that holds them; one that was not found may hold them for ever.
            await Task.WhenAny(Task.WhenAll(output, errors), Task.Delay(TimeSpan.FromSeconds(5), CancellationToken.None));
        }
    }

    private static System.Diagnostics.Process Start(ProcessDefinition definition, string folder, IReadOnlyDictionary<string, string> variables, string mark)
    {
        var start = new ProcessStartInfo("setsid")
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments = ["sh", "-c", Script, "train", (definition.MemoryBytes / 1024).ToString(CultureInfo.InvariantCulture), .. definition.Command];
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        var path = Environment.GetEnvironmentVariable("PATH");
        // Nothing of ours: the worker's environment holds the database's password.
        start.Environment.Clear();
        start.Environment["PATH"] = path ?? "/usr/local/bin:/usr/bin:/bin";
        start.Environment["HOME"] = start.Environment["TMPDIR"] = folder;
        start.Environment["LANG"] = "C.UTF-8";
        foreach (var (name, value) in variables) start.Environment[name] = value;
        start.Environment[Descendants.Variable] = mark;
        return System.Diagnostics.Process.Start(start) ?? throw new InvalidOperationException("setsid was not started.");
    }

    /// <summary>setsid made the process the leader of a group of its own number.</summary>
    private static async Task KillAllAsync(System.Diagnostics.Process process, string mark)
    {
        // First what is found by its parents, which are lost when the group is gone.
        if (!process.HasExited) await Descendants.EndAsync(mark, process.Id);
        _ = SendSignal(-process.Id, Kill);
        await Descendants.EndAsync(mark);
        if (!process.HasExited) process.Kill(entireProcessTree: true);
    }

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    private static extern int SendSignal(int process, int signal);
}
