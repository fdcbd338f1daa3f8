using System.Buffers.Binary;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Serving;

/// <summary>wrk, the load generator of the field: closed loops over keep-alive connections, request bodies in rotation.</summary>
internal static partial class Wrk
{
    public static bool IsThere { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    /// <exception cref="InvalidOperationException">it is not on this machine</exception>
    public static void Need()
    {
        if (!IsThere)
            throw new InvalidOperationException("This benchmark needs wrk (Debian and Ubuntu: apt install wrk).");
    }

    /// <param name="time">whole seconds, at least one</param>
    public static async Task<Burst> RunAsync(Target target, int connections, TimeSpan time, CancellationToken ct)
    {
        var file = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(file, Requests(target), ct);
            return await OnceAsync(target, file, connections, time, ct);
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static async Task<Burst> OnceAsync(Target target, string file, int connections, TimeSpan time, CancellationToken ct)
    {
        var before = target.Cpu;
        var seconds = Math.Max(1, (int)Math.Round(time.TotalSeconds));
        var start = new ProcessStartInfo("wrk",
            ["--threads", "1", "--connections", $"{connections}", "--duration", $"{seconds}s", "--latency",
             "--script", Path.Combine(AppContext.BaseDirectory, "Peers", "rotate.lua"), target.Address.ToString(), "--", file])
        { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start) ?? throw new InvalidOperationException("wrk did not start.");
        var errors = process.StandardError.ReadToEndAsync(ct);
        var text = await process.StandardOutput.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        if (await errors is { Length: > 0 } complaint)
            throw new UnexpectedAnswerException("wrk said: " + complaint);
        return Read(text, target.Cpu - before);
    }

    private static Burst Read(string text, TimeSpan cpu)
    {
        var total = Total().Match(text);
        if (!total.Success)
            throw new UnexpectedAnswerException("wrk said: " + text);
        var requests = long.Parse(total.Groups[1].Value, CultureInfo.InvariantCulture);
        var bad = Bad().Match(text) is { Success: true } some ? long.Parse(some.Groups[1].Value, CultureInfo.InvariantCulture) : 0;
        return new Burst(
            requests, double.Parse(PerSecond().Match(text).Groups[1].Value, CultureInfo.InvariantCulture),
            Milliseconds(text, "50%"), Milliseconds(text, "99%"), cpu.TotalMicroseconds / requests, bad);
    }

    private static double Milliseconds(string text, string quantile)
    {
        var match = Regex.Match(text, Regex.Escape(quantile) + @"\s+([\d.]+)(us|ms|s)");
        var value = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return match.Groups[2].Value switch { "us" => value / 1000, "ms" => value, _ => value * 1000 };
    }

    // Before each request its length in four bytes.
    private static byte[] Requests(Target target)
    {
        using var all = new MemoryStream();
        var length = new byte[4];
        foreach (var request in target.Requests())
        {
            BinaryPrimitives.WriteInt32LittleEndian(length, request.Length);
            all.Write(length);
            all.Write(request);
        }
        return all.ToArray();
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Total();

    [GeneratedRegex(@"Requests/sec:\s+([\d.]+)")]
    private static partial Regex PerSecond();

    [GeneratedRegex(@"Non-2xx or 3xx responses: (\d+)")]
    private static partial Regex Bad();
}
