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
        // One project at a time: the end-to-end tests measure, and would measure the others.
        string[] arguments = ["test", Path.Combine(SourceTree.Root(), "ModelHub.sln"), "--nologo", "-m:1", .. more];
        var start = new ProcessStartInfo("dotnet", arguments) { RedirectStandardOutput = true, WorkingDirectory = SourceTree.Root() };
        // A test chooses its own stack: what this shell points at must not leak in.
        start.Environment.Remove("MODELHUB_URL");
        start.Environment.Remove("MODELHUB_TOKEN");
        using var process = Process.Start(start) ?? throw new BrokenWorldException("dotnet did not start.");
        var sum = new TestSum();
        while (await process.StandardOutput.ReadLineAsync(ct) is { } line)
        {
            Console.WriteLine(line);
            sum = sum.Add(line);
        }

        await process.WaitForExitAsync(ct);
        Console.WriteLine(sum.ToString());
        return process.ExitCode == 0 && sum is { Failed: 0, Passed: > 0 } ? ExitCode.Done : ExitCode.Failed;
    }
}
