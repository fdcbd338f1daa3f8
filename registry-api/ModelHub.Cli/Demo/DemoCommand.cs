using System.CommandLine;
using System.Diagnostics;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Demo;

/// <summary><c>demo</c>: <c>up</c>, then the whole story with real traffic. Stays up unless --exit.</summary>
internal static class DemoCommand
{
    public static Command Create(Option<bool> json)
    {
        var flags = new StackFlags();
        var exit = new Option<bool>("--exit") { Description = "Stop everything at the end" };
        var quick = new Option<bool>("--quick") { Description = "Shorter stretches of traffic" };
        var command = new Command("demo", "Start everything and tell the story of a credit scoring model, measured") { flags.Data, flags.Port, flags.Nodes, exit, quick };
        command.SetAction((parsed, ct) =>
        {
            var options = new StackOptions(parsed.GetValue(flags.Data)!, parsed.GetValue(flags.Port), Math.Max(2, parsed.GetValue(flags.Nodes)), Routers: 1);
            return RunAsync(options, Screen.Standard(parsed.GetValue(json)), parsed.GetValue(exit), parsed.GetValue(quick), ct);
        });
        return command;
    }

    private static async Task<int> RunAsync(StackOptions options, Screen screen, bool exit, bool quick, CancellationToken ct)
    {
        using var stop = Termination.Watch(ct);
        await using var server = BadServer.Start();
        var log = new StepLog(screen);
        try
        {
            LocalStack? started = null;
            await log.RunAsync("PostgreSQL, api, console, worker, router and two nodes start", async figures =>
            {
                started = await LocalStack.StartAsync(options with { ModelServer = server.Authority }, screen, stop.Token);
                figures["processes"] = started.Hosts.Count;
            });
            if (started is null)
                Report(screen, log);
            else
                await using (started)
                    await TellAsync(started, server, screen, log, exit, quick, stop);
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            screen.Note("Stopped.");
            return ExitCode.Failed;
        }

        return log.Held ? ExitCode.Done : ExitCode.Failed;
    }

    private static async Task TellAsync(LocalStack stack, BadServer server, Screen screen, StepLog log, bool exit, bool quick, Termination stop)
    {
        var clock = Stopwatch.StartNew();
        await new Story(stack, server, screen, log, quick).TellAsync(stop.Token);
        Report(screen, log);
        if (!log.Held)
            screen.Say($"The logs are in {Path.Combine(stack.Connection.Data, "logs")}.");
        if (exit)
            return;
        UpCommand.Announce(stack, screen, clock.Elapsed);
        await stop.RequestedAsync();
    }

    private static void Report(Screen screen, StepLog log)
    {
        screen.Say(log.Held ? "Every step held." : "A step did not hold.");
        if (screen.Json)
            screen.Document(log.Document.ToJsonString(Screen.Readable));
    }
}
