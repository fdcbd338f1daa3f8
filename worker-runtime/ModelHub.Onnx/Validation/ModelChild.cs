using System.Diagnostics;
using System.Text;

namespace ModelHub.Onnx.Validation;

/// <param name="Killed">why it was killed, in one sentence; null when it ended by itself</param>
public sealed record ChildEnd(byte[] Output, string? Killed, string Complaint, int ExitCode)
{
    public string Reason => Killed ?? (Complaint.Contains("memory", StringComparison.OrdinalIgnoreCase)
        ? "Loading and running the model takes more memory than is allowed."
        : $"Loading the model ended the process that tried it (exit code {ExitCode}).");
}

/// <summary>A child process that runs models nobody knows, and is killed at its time or memory limit whatever they do to it.</summary>
public sealed class ModelChild(ValidationCommand command)
{
    private const int OutputBytes = 16 * 1024 * 1024;
    private const int ComplaintBytes = 4096;

    /// <summary>What the child may know of our environment; never tokens or connection strings.</summary>
    private static readonly string[] Passed = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LD_LIBRARY_PATH", "SystemRoot", "MODELHUB__ONNXRUNTIME"];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    public async Task<ChildEnd> RunAsync(string[] arguments, long memoryBytes, TimeSpan within, CancellationToken ct)
    {
        using var process = Process.Start(StartInfo(arguments))
            ?? throw new InvalidOperationException($"{command.FileName} was not started.");
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput.BaseStream, ct);
            var errors = ReadAsync(process.StandardError.BaseStream, ct);
            var killed = await WatchAsync(process, memoryBytes, within, ct);
            var complaint = await errors;
            return new ChildEnd(await output, killed, Encoding.UTF8.GetString(complaint.AsSpan(0, Math.Min(complaint.Length, ComplaintBytes))), process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    private static async Task<string?> WatchAsync(Process process, long memoryBytes, TimeSpan within, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        var ended = process.WaitForExitAsync(ct);
        while (true)
        {
            await Task.WhenAny(ended, Task.Delay(Look, ct));
            ct.ThrowIfCancellationRequested();
            if (process.HasExited)
            {
                await ended;
                return null;
            }
            var reason = Stopwatch.GetElapsedTime(started) > within
                ? $"The model was not loaded and run within {within.TotalSeconds:0} seconds."
                : Memory(process) > memoryBytes + 512L * 1024 * 1024
                    ? $"Loading and running the model takes more than {memoryBytes} bytes of memory."
                    : null;
            if (reason is null)
                continue;
            process.Kill(entireProcessTree: true);
            await ended;
            return reason;
        }
    }

    private static long Memory(Process process)
    {
        try
        {
            process.Refresh();
            return process.WorkingSet64;
        }
        catch (InvalidOperationException)
        {
            // It ended between the two looks.
            return 0;
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int n; (n = await stream.ReadAsync(buffer, ct)) > 0;)
            if (read.Length + n <= OutputBytes)
                read.Write(buffer, 0, n);
        return read.ToArray();
    }

    private ProcessStartInfo StartInfo(string[] arguments)
    {
        var info = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in command.Arguments.Concat(arguments))
            info.ArgumentList.Add(argument);
        foreach (var name in info.Environment.Keys.Where(k => !Passed.Contains(k) && !k.StartsWith("DOTNET_", StringComparison.Ordinal)).ToArray())
            info.Environment.Remove(name);
        return info;
    }
}
