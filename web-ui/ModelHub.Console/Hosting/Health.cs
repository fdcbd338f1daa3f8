using System.Globalization;
using ModelHub.Console.Live;
using ModelHub.Hosting;

namespace ModelHub.Console.Hosting;

/// <summary>The console is ready when it can serve pages: it shows an unreachable api rather than being taken away with it.</summary>
internal static class Health
{
    public static void MapHealth(this WebApplication app)
    {
        app.MapGet("/healthz/live", () => Results.Text("live")).AllowAnonymous();
        app.MapGet("/healthz/ready", () => Results.Text("ready")).AllowAnonymous();
        app.MapGet("/metrics", (LiveFeeds feeds) => Results.Text(Measure(feeds), "text/plain; version=0.0.4; charset=utf-8")).AllowAnonymous();
    }

    private static string Measure(LiveFeeds feeds) => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # HELP modelhub_console_sessions Pages that are open.
        # TYPE modelhub_console_sessions gauge
        modelhub_console_sessions {feeds.Count}
        # HELP modelhub_console_live_feeds_connected Pages that hear of changes at once.
        # TYPE modelhub_console_live_feeds_connected gauge
        modelhub_console_live_feeds_connected {feeds.Connected}

        """) + ProcessText.Write("console");
}
