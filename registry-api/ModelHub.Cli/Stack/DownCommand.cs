using System.CommandLine;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Stack;

/// <summary><c>down</c>: stops what <c>up</c> or <c>demo</c> runs on a data folder.</summary>
internal static class DownCommand
{
    private static readonly TimeSpan bound = TimeSpan.FromSeconds(60);

    public static Command Create(Option<bool> json)
    {
        var data = StackFlags.DataFlag();
        var command = new Command("down", "Stop what runs on a data folder") { data };
        command.SetAction((parsed, ct) => RunAsync(Path.GetFullPath(parsed.GetValue(data)!), Screen.Standard(parsed.GetValue(json)), ct));
        return command;
    }

    private static async Task<int> RunAsync(string data, Screen screen, CancellationToken ct)
    {
        if (!IsRunning(data))
        {
            Report(screen, data, wasRunning: false);
            return ExitCode.Done;
        }

        if (DataFolder.Owner(data) is not { } owner)
            throw new BrokenWorldException($"Something runs on {data}, but {data} does not say which process.");
        Posix.Send(Signal.Term, owner);
        if (!await OtherProcess.GoneAsync(owner, bound, ct))
            throw new BrokenWorldException($"Process {owner} did not stop within {bound.TotalSeconds:0} s.");
        Report(screen, data, wasRunning: true);
        return ExitCode.Done;
    }

    private static bool IsRunning(string data)
    {
        if (!Directory.Exists(data))
            return false;
        using var held = FolderLock.TryTake(data);
        return held is null;
    }

    private static void Report(Screen screen, string data, bool wasRunning)
    {
        screen.Say(wasRunning ? $"Stopped what ran on {data}." : $"Nothing runs on {data}.");
        if (screen.Json)
            screen.Document(wasRunning ? """{"stopped":true}""" : """{"stopped":false}""");
    }
}
