using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Stack;

/// <summary>A program of ours that does its work and ends.</summary>
internal static class OneShot
{
    /// <summary>What it printed on standard output.</summary>
    /// <exception cref="BrokenWorldException">It ended with another code than 0.</exception>
    public static async Task<string> RunAsync(HostPlan plan, string logFolder, CancellationToken ct, params string[] arguments)
    {
        using var log = new LogFile(Path.Combine(logFolder, plan.Name + ".log"));
        using var process = ChildProcess.Start(plan.StartInfo(arguments), user: null, Signal.Term);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        log.WriteLine(errors);
        return process.ExitCode == 0
            ? await output
            : throw new BrokenWorldException($"{string.Join(' ', [plan.Assembly, .. arguments])} ended with {process.ExitCode}:\n{errors}{await output}".TrimEnd());
    }
}
