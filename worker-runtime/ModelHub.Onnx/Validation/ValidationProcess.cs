using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace ModelHub.Onnx.Validation;

/// <summary>
/// Validates a model in a child process that is killed at its time or memory limit, whatever the model does to it.
/// </summary>
public sealed class ValidationProcess(ValidationCommand command)
{
    private const int ReportBytes = 16 * 1024 * 1024;

    /// <summary>What the child may know of our environment; never tokens or connection strings.</summary>
    private static readonly string[] Passed = ["PATH", "HOME", "TMPDIR", "TEMP", "TMP", "LANG", "LD_LIBRARY_PATH", "SystemRoot", "MODELHUB__ONNXRUNTIME"];

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    /// <returns>a report in any case: a child that was killed or died is a refused model</returns>
    public async Task<ValidationReport> RunAsync(string path, ValidationLimits limits, CancellationToken ct)
    {
        using var process = Process.Start(StartInfo(path, limits))
            ?? throw new InvalidOperationException($"{command.FileName} was not started.");
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput.BaseStream, ct);
            var errors = ReadAsync(process.StandardError.BaseStream, ct);
            var killed = await WatchAsync(process, limits, ct);
            var (report, complaint) = (await output, await errors);
            return killed is not null ? ValidationReport.Refused(killed) : Report(report, complaint, process.ExitCode);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <returns>why it was killed, or null when it ended by itself</returns>
    private static async Task<string?> WatchAsync(Process process, ValidationLimits limits, CancellationToken ct)
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
            var reason = Stopwatch.GetElapsedTime(started) > limits.Whole
                ? $"The model was not loaded and run within {limits.Whole.TotalSeconds:0} seconds."
                : Memory(process) > limits.MemoryBytes + 512L * 1024 * 1024
                    ? $"Loading and running the model takes more than {limits.MemoryBytes} bytes of memory."
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

    private static ValidationReport Report(byte[] output, byte[] errors, int exitCode)
    {
        try
        {
            return ValidationReport.FromJson(output);
        }
        catch (JsonException)
        {
            var complaint = System.Text.Encoding.UTF8.GetString(errors.AsSpan(0, Math.Min(errors.Length, 4096)));
            var memory = complaint.Contains("memory", StringComparison.OrdinalIgnoreCase);
            return ValidationReport.Refused(memory
                ? "Loading and running the model takes more memory than is allowed."
                : $"Loading the model ended the process that tried it (exit code {exitCode}).");
        }
    }

    private static async Task<byte[]> ReadAsync(Stream stream, CancellationToken ct)
    {
        using var read = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int n; (n = await stream.ReadAsync(buffer, ct)) > 0;)
            if (read.Length + n <= ReportBytes)
                read.Write(buffer, 0, n);
        return read.ToArray();
    }

    private ProcessStartInfo StartInfo(string path, ValidationLimits limits)
    {
        var info = new ProcessStartInfo(command.FileName)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        string[] arguments =
        [
            .. command.Arguments, ValidateVerb.Name, Path.GetFullPath(path),
            "--memory", Text(limits.MemoryBytes),
            "--load-seconds", Text((long)Math.Ceiling(limits.LoadTime.TotalSeconds)),
            "--run-seconds", Text((long)Math.Ceiling(limits.RunTime.TotalSeconds)),
        ];
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        foreach (var name in info.Environment.Keys.Where(k => !Passed.Contains(k) && !k.StartsWith("DOTNET_", StringComparison.Ordinal)).ToArray())
            info.Environment.Remove(name);
        return info;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
