using System.Diagnostics;
using System.Globalization;
using System.Text;
using ModelHub.Console.Live;

namespace ModelHub.Console.Hosting;

/// <summary>The console is ready when it can serve pages: it shows an unreachable api rather than being taken away with it.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz/live", () => Results.Text("live")).AllowAnonymous();
        app.MapGet("/healthz/ready", () => Results.Text("ready")).AllowAnonymous();
        app.MapGet("/metrics", (LiveFeeds feeds) => Results.Text(Measure(feeds), "text/plain; version=0.0.4")).AllowAnonymous();
    }

    private static string Measure(LiveFeeds feeds)
    {
        using var process = Process.GetCurrentProcess();
        return new StringBuilder()
            .Append("# TYPE modelhub_console_sessions gauge\nmodelhub_console_sessions ").Append(feeds.Count)
            .Append("\n# TYPE modelhub_console_live_feeds_connected gauge\nmodelhub_console_live_feeds_connected ").Append(feeds.Connected)
            .Append("\n# TYPE process_resident_memory_bytes gauge\nprocess_resident_memory_bytes ").Append(process.WorkingSet64)
            .Append("\n# TYPE process_cpu_seconds_total counter\nprocess_cpu_seconds_total ")
            .Append(process.TotalProcessorTime.TotalSeconds.ToString("R", CultureInfo.InvariantCulture)).Append('\n')
            .ToString();
    }
}
