using System.CommandLine;
using System.Diagnostics;

namespace ModelHub.Cli.Testing;

/// <summary><c>test</c>: the whole suite, closed by one line that adds up all projects.</summary>
internal static class TestCommand
{
    public static Command Create()
    {
        var more = new Argument<string[]>("arguments") { Description = "Passed on to dotnet test, after --", Arity = ArgumentArity.ZeroOrMore };
        var command = new Command("test", "Run the whole test suite") { more };
        command.SetAction((parsed, ct) => RunAsync(parsed.GetValue(more) ?? [], ct));
        return command;
    }

    private static async Task<int> RunAsync(string[] more, CancellationToken ct)
    {
        var solution = Path.Combine(SourceTree.Root(), "ModelHub.sln");
        using (var build = Start(["build", solution, "--nologo", "--verbosity", "quiet"]))
        {
            await build.WaitForExitAsync(ct);
            if (build.ExitCode != 0)
                return ExitCode.Failed;
        }

        // One project at a time: the end-to-end tests measure, and would measure the others.
        using var test = Start(["test", solution, "--no-build", "--nologo", "-m:1", .. more], isRead: true);
        var sum = new TestSum();
        while (await test.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            Console.WriteLine(line);
            sum = sum.Add(line);
        }

        await test.WaitForExitAsync(ct);
        Console.WriteLine(sum.ToString());
        return test.ExitCode == 0 && sum is { Failed: 0, Passed: > 0 } ? ExitCode.Done : ExitCode.Failed;
    }

    private static Process Start(string[] arguments, bool isRead = false)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = isRead, WorkingDirectory = SourceTree.Root() };
        // A test chooses its own stack: what this shell points at must not leak in.
        start.Environment.Remove("MODELHUB_URL");
        start.Environment.Remove("MODELHUB_TOKEN");
        return Process.Start(start) ?? throw new BrokenWorldException("dotnet did not start.");
    }
}
