using System.CommandLine;
using System.CommandLine.Help;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Testing;

namespace ModelHub.Cli;

/// <summary>All commands, and how each way of ending becomes an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            return WrongUsage(parsed);
        try
        {
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, ct);
        }
        catch (BrokenWorldException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
    }

    internal static RootCommand Root()
    {
        var json = new Option<bool>("--json") { Description = "Print one JSON document on standard output", Recursive = true };
        return new RootCommand("ModelHub: a model registry and deployment control plane")
        {
            json,
            UpCommand.Create(json),
            DownCommand.Create(json),
            TestCommand.Create(),
            BenchCommand.Create(),
        };
    }

    private static int WrongUsage(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine("See: ./modelhub " + string.Join(' ', Path(parsed).Append("--help")));
        return ExitCode.WrongUsage;
    }

    private static Stack<string> Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is System.CommandLine.Parsing.CommandResult parent; result = parent)
            names.Push(result.Command.Name);
        return names;
    }
}
