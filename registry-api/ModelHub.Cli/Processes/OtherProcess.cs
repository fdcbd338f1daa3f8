using System.Diagnostics;

namespace ModelHub.Cli.Processes;

/// <summary>A process that this one did not start, looked at from outside.</summary>
internal static class OtherProcess
{
    /// <summary>True when the process runs and its name is one of <paramref name="names"/>; a zombie does not run.</summary>
    public static bool Runs(int processId, params string[] names)
    {
        if (processId <= 0)
            return false;
        return OperatingSystem.IsLinux() ? RunsOnLinux(processId, names) : RunsElsewhere(processId, names);
    }

    /// <summary>Waits until the process is gone; false when it is still there after the bound.</summary>
    public static async Task<bool> GoneAsync(int processId, TimeSpan bound, CancellationToken ct)
    {
        var clock = Stopwatch.StartNew();
        while (Runs(processId))
        {
            if (clock.Elapsed > bound)
                return false;
            await Task.Delay(20, ct);
        }

        return true;
    }

    private static bool RunsOnLinux(int processId, string[] names)
    {
        try
        {
            // "pid (name) state …": the name may hold spaces and brackets, so it is cut at the last bracket.
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            var close = stat.LastIndexOf(')');
            var name = stat[(stat.IndexOf('(') + 1)..close];
            return stat[close + 2] is not ('Z' or 'X') && (names.Length == 0 || names.Contains(name));
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static bool RunsElsewhere(int processId, string[] names)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            return !process.HasExited && (names.Length == 0 || names.Contains(process.ProcessName));
        }
        catch (ArgumentException)
        {
            return false;
        }
    }
}
