using System.CommandLine;
using System.Diagnostics;

namespace ModelHub.Cli.Testing;

/// <summary><c>bench [NAME]</c>: the benchmarks, all or one.</summary>
internal static class BenchCommand
{
    public static Command Create()
    {
        var names = new Argument<string[]>("NAME") { Description = "Which benchmark; all without a name", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("bench", "Run the benchmarks") { names };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(names) ?? [], ct));
        return command;
    }

    private static async Task<int> RunAsync(string[] names, CancellationToken ct)
    {
        var project = Path.Combine(SourceTree.Root(), "tests", "ModelHub.Benchmarks");
        using var process = Process.Start(new ProcessStartInfo("dotnet", ["run", "--configuration", "Release", "--project", project, "--", .. names]))
            ?? throw new BrokenWorldException("dotnet did not start.");
        await process.WaitForExitAsync(ct);
        return process.ExitCode == 0 ? ExitCode.Done : ExitCode.Failed;
    }
}
