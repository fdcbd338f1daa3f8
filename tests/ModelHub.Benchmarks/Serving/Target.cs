using System.Globalization;
using System.Text;

namespace ModelHub.Benchmarks.Serving;

/// <summary>Where load goes, and what it is.</summary>
/// <param name="ProcessId">whose processor time, with that of its children, is counted</param>
/// <param name="Bodies">sent in turn</param>
/// <param name="Behind">more processes that take part, whose time is counted as well</param>
internal sealed record Target(string Name, int ProcessId, Uri Address, (string Name, string Value)[] Headers, byte[][] Bodies, int[]? Behind = null)
{
    public TimeSpan Cpu => new[] { ProcessId }.Concat(Behind ?? []).Aggregate(TimeSpan.Zero, (sum, process) => sum + CpuTime.OfTree(process));

    /// <summary>Each request as it goes over the wire.</summary>
    public byte[][] Requests()
    {
        var head = new StringBuilder($"POST {Address.AbsolutePath} HTTP/1.1\r\nHost: {Address.Authority}\r\n");
        foreach (var (name, value) in Headers)
            head.Append(CultureInfo.InvariantCulture, $"{name}: {value}\r\n");
        return [.. Bodies.Select(body => (byte[])[.. Encoding.ASCII.GetBytes($"{head}Content-Length: {body.Length}\r\n\r\n"), .. body])];
    }
}

/// <summary>What one round of load saw.</summary>
/// <param name="P50">milliseconds</param>
/// <param name="P99">milliseconds</param>
/// <param name="Cpu">microseconds of processor time of the server per request</param>
/// <param name="Failed">answers other than 2xx</param>
internal sealed record Burst(long Requests, double PerSecond, double P50, double P99, double Cpu, long Failed)
{
    /// <summary>The median of each figure.</summary>
    public static Burst Median(IReadOnlyCollection<Burst> rounds)
    {
        double Of(Func<Burst, double> figure) => rounds.Select(figure).Order().ElementAt(rounds.Count / 2);
        return new Burst(
            rounds.Sum(r => r.Requests), Of(r => r.PerSecond), Of(r => r.P50), Of(r => r.P99), Of(r => r.Cpu), rounds.Sum(r => r.Failed));
    }
}
