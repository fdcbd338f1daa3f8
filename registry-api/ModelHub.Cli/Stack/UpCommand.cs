using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Stack;

/// <summary><c>up</c>: starts all and stays until it is stopped.</summary>
internal static class UpCommand
{
    public static Command Create(Option<bool> json)
    {
        var options = new StackFlags();
        var command = new Command("up", "Start everything on this machine: PostgreSQL, api, console, worker, router, nodes") { options.Data, options.Port, options.Nodes, options.Routers };
        command.SetAction((parsed, ct) => RunAsync(options.Read(parsed), Screen.Standard(parsed.GetValue(json)), ct));
        return command;
    }

    private static async Task<int> RunAsync(StackOptions options, Screen screen, CancellationToken ct)
    {
        using var stop = Termination.Watch(ct);
        var clock = Stopwatch.StartNew();
        screen.Say($"ModelHub, data in {Path.GetFullPath(options.Data)}");
        try
        {
            await using var stack = await LocalStack.StartAsync(options, screen, stop.Token);
            Announce(stack, screen, clock.Elapsed);
            if (screen.Json)
                screen.Document(stack.Connection.ToJson());
            await stop.RequestedAsync();
            screen.Say("Stopping …");
        }
        catch (OperationCanceledException) when (stop.Token.IsCancellationRequested)
        {
            screen.Note("Stopped before everything was ready.");
            return ExitCode.Failed;
        }

        screen.Say("Stopped.");
        return ExitCode.Done;
    }

    internal static void Announce(LocalStack stack, Screen screen, TimeSpan took)
    {
        var at = stack.Connection;
        screen.Say(string.Create(CultureInfo.InvariantCulture, $"Ready in {took.TotalSeconds:0.0} s."));
        screen.Say($"  Console  {at.Console}");
        screen.Say($"           sign in once with {stack.LoginLink}");
        screen.Say($"  API      {at.Api}/graphql");
        screen.Say($"  Router   {at.Router}");
        screen.Say($"  Token    in {Path.Combine(at.Data, "connection.json")}, which only you can read");
        screen.Say($"  Stop     Ctrl-C, or ./modelhub down --data {at.Data}");
    }
}
