using System.Diagnostics;

namespace ModelHub.EndToEnd.Support;

/// <summary>Programs that are not ours: Node.js and npm, in which other people's clients and tools are written.</summary>
internal static class OtherProgram
{
    /// <summary>Runs to the end, in the checkout or another folder, or fails at the limit.</summary>
    public static async Task<CommandResult> RunAsync(string program, IEnumerable<string> arguments, TimeSpan limit, CancellationToken ct, string? folder = null)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = folder ?? Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        return await process.ResultAsync($"{program} {string.Join(' ', arguments.Take(2))}", limit, ct);
    }

    /// <summary>What a started process leaves behind; at the limit it is ended, with all it started.</summary>
    public static async Task<CommandResult> ResultAsync(this Process process, string what, TimeSpan limit, CancellationToken ct)
    {
        process.StandardInput.Close();
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(ct);
        timeout.CancelAfter(limit);
        var output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        var errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(timeout.Token);
            return new(process.ExitCode, await output, await errors);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{what} did not end within {limit}:\n{await output}\n{await errors}");
        }
    }
}
