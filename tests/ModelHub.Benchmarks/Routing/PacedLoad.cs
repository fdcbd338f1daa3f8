using System.Diagnostics;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using ModelHub.Benchmarks.Serving;
using ModelHub.EndToEnd.Support;

namespace ModelHub.Benchmarks.Routing;

/// <summary>
/// Requests at a given rate over kept-alive connections, each on its own timetable. A latency counts from when the request was
/// due if its connection was still busy then, else from when it was sent: what the timer is late by is not the server's.
/// </summary>
internal static partial class PacedLoad
{
    /// <returns>latencies in milliseconds, sorted</returns>
    public static async Task<double[]> RunAsync(Target target, int connections, double perSecond, TimeSpan time, CancellationToken ct)
    {
        var every = TimeSpan.FromSeconds(connections / perSecond);
        var all = await Task.WhenAll(Enumerable.Range(0, connections).Select(i => Task.Run(() => CallAsync(target, every * i / connections, every, time, ct), ct)));
        return [.. all.SelectMany(l => l).Order()];
    }

    private static async Task<List<double>> CallAsync(Target target, TimeSpan first, TimeSpan every, TimeSpan time, CancellationToken ct)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(target.Address.Host, target.Address.Port, ct);
        var (requests, buffer, latencies, clock) = (target.Requests(), new byte[16 * 1024], new List<double>(), Stopwatch.StartNew());
        var free = TimeSpan.Zero;
        for (var due = first; due < time; due += every)
        {
            if (due - clock.Elapsed is var early && early > TimeSpan.FromMilliseconds(1))
                await Task.Delay(early, ct);
            var start = free > due ? due : clock.Elapsed;
            await socket.SendAsync(requests[latencies.Count % requests.Length], ct);
            await AnswerAsync(socket, buffer, ct);
            free = clock.Elapsed;
            latencies.Add((free - start).TotalMilliseconds);
        }
        return latencies;
    }

    private static async Task AnswerAsync(Socket socket, byte[] buffer, CancellationToken ct)
    {
        for (var count = 0; ;)
        {
            var n = await socket.ReceiveAsync(buffer.AsMemory(count), ct);
            count += n;
            var text = Encoding.ASCII.GetString(buffer, 0, count);
            if (n == 0 || !text.StartsWith("HTTP/1.1 200", StringComparison.Ordinal))
                throw new UnexpectedAnswerException("Answered: " + text);
            var head = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
            if (head >= 0 && count - head - 4 >= int.Parse(Length().Match(text).Groups[1].ValueSpan, System.Globalization.CultureInfo.InvariantCulture))
                return;
        }
    }

    [GeneratedRegex(@"\r\nContent-Length: (\d+)", RegexOptions.IgnoreCase)]
    private static partial Regex Length();
}
