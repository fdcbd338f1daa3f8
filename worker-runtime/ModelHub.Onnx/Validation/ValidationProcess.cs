using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using ModelHub.Onnx.Variants;

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

    /// <param name="optimiseTo">where the optimised graph of a good model goes; null for none</param>
    /// <returns>a report in any case: a child that was killed or died before it reported is a refused model</returns>
    public async Task<ValidationReport> RunAsync(string path, ValidationLimits limits, CancellationToken ct, string? optimiseTo = null)
    {
        using var process = Process.Start(StartInfo(path, limits, optimiseTo))
            ?? throw new InvalidOperationException($"{command.FileName} was not started.");
        try
        {
            process.StandardInput.Close();
            var output = ReadAsync(process.StandardOutput.BaseStream, ct);
            var errors = ReadAsync(process.StandardError.BaseStream, ct);
            var killed = await WatchAsync(process, limits, optimiseTo is not null, ct);
            // What was to be optimised had been reported by then.
            if (killed is not null && optimiseTo is null)
                return ValidationReport.Refused(killed);
            return Report(await output, await errors, process.ExitCode, killed, optimiseTo is not null);
        }
        finally
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
        }
    }

    /// <returns>why it was killed, or null when it ended by itself</returns>
    private static async Task<string?> WatchAsync(Process process, ValidationLimits limits, bool optimise, CancellationToken ct)
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
            var reason = Stopwatch.GetElapsedTime(started) > limits.Whole(optimise)
                ? $"The model was not loaded and run within {limits.Whole(optimise).TotalSeconds:0} seconds."
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

    private static ValidationReport Report(byte[] output, byte[] errors, int exitCode, string? killed, bool optimise)
    {
        try
        {
            // Without its end a line may be half of what was meant.
            var line = Array.IndexOf(output, (byte)'\n');
            var report = ValidationReport.FromJson(output.AsSpan(0, Math.Max(line, 0)));
            return optimise && report.Ok ? report with { Optimisation = Optimised(output.AsSpan(line + 1), killed ?? Died(errors, exitCode)) } : report;
        }
        catch (JsonException)
        {
            return ValidationReport.Refused(killed ?? Died(errors, exitCode));
        }
    }

    private static Optimisation Optimised(ReadOnlySpan<byte> line, string otherwise)
    {
        try
        {
            return ValidationReport.OptimisationFromJson(line);
        }
        catch (JsonException)
        {
            return Optimisation.Without(otherwise);
        }
    }

    private static string Died(byte[] errors, int exitCode)
    {
        var complaint = System.Text.Encoding.UTF8.GetString(errors.AsSpan(0, Math.Min(errors.Length, 4096)));
        return complaint.Contains("memory", StringComparison.OrdinalIgnoreCase)
            ? "Loading and running the model takes more memory than is allowed."
            : $"Loading the model ended the process that tried it (exit code {exitCode}).";
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

    private ProcessStartInfo StartInfo(string path, ValidationLimits limits, string? optimiseTo)
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
            .. optimiseTo is null ? (string[])[] : ["--optimise-to", Path.GetFullPath(optimiseTo)],
        ];
        foreach (var argument in arguments)
            info.ArgumentList.Add(argument);
        foreach (var name in info.Environment.Keys.Where(k => !Passed.Contains(k) && !k.StartsWith("DOTNET_", StringComparison.Ordinal)).ToArray())
            info.Environment.Remove(name);
        return info;
    }

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
