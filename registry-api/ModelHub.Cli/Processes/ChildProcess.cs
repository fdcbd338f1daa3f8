using System.Collections.Concurrent;
using System.Diagnostics;

namespace ModelHub.Cli.Processes;

/// <summary>
/// Starts processes that end when this one does, also after kill -9: the kernel sends them a signal when the thread that
/// forked them dies. So every fork happens on one thread that lives as long as the process.
/// </summary>
internal static class ChildProcess
{
    private static readonly BlockingCollection<Action> forks = StartForkThread();
    private static readonly string? setpriv = FindSetpriv();
    private static readonly string? setsid = Programs.Find("setsid");

    /// <param name="start">What to start; its program and arguments are wrapped, the rest is taken as it is.</param>
    /// <param name="user">Whom to become, without any privilege; null to stay.</param>
    /// <param name="deathSignal">What the child gets when this process dies (Linux with setpriv; elsewhere it lives on).</param>
    public static Process Start(ProcessStartInfo start, SystemUser? user, Signal deathSignal)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        var wrapped = Wrap(start, user, deathSignal);
        forks.Add(() =>
        {
            try
            {
                started.SetResult(Process.Start(wrapped) ?? throw new BrokenWorldException($"Could not start {start.FileName}."));
            }
            catch (Exception fault)
            {
                started.SetException(fault);
            }
        });
        return started.Task.GetAwaiter().GetResult();
    }

    private static ProcessStartInfo Wrap(ProcessStartInfo start, SystemUser? user, Signal deathSignal)
    {
        if (setpriv is null)
        {
            if (user is not null)
                start.UserName = user.Name;
            return start;
        }

        List<string> prefix = ["--pdeathsig", deathSignal.ToString().ToUpperInvariant()];
        if (user is not null)
            prefix.AddRange([$"--reuid={user.Id}", $"--regid={user.Group}", "--clear-groups", "--no-new-privs"]);
        string[] arguments = [setpriv, .. prefix, "--", start.FileName, .. start.ArgumentList];
        // A session of its own: Ctrl-C at the terminal reaches us alone, and we stop the children in order.
        start.FileName = setsid ?? setpriv;
        arguments = setsid is null ? arguments[1..] : arguments;
        start.ArgumentList.Clear();
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        return start;
    }

    /// <summary>The one of util-linux; others of that name do not know death signals.</summary>
    private static string? FindSetpriv()
    {
        if (Programs.Find("setpriv") is not { } found)
            return null;
        using var process = Process.Start(new ProcessStartInfo(found, "--help") { RedirectStandardOutput = true, RedirectStandardError = true });
        var help = process?.StandardOutput.ReadToEnd() ?? "";
        return help.Contains("--pdeathsig", StringComparison.Ordinal) ? found : null;
    }

    private static BlockingCollection<Action> StartForkThread()
    {
        var queue = new BlockingCollection<Action>();
        new Thread(() =>
        {
            foreach (var fork in queue.GetConsumingEnumerable())
                fork();
        })
        { IsBackground = true, Name = "forks" }.Start();
        return queue;
    }
}
