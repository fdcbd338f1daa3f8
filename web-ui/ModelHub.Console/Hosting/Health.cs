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

    /// <summary>The verb <c>health</c>: 0 when this machine's console answers ready within three seconds.</summary>
    public static async Task<int> AskAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("MODELHUB__").AddCommandLine(args).Build();
        var listening = (configuration["urls"] ?? "http://127.0.0.1:5070").Split(';')[0]
            .Replace("//*", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//+", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//0.0.0.0", "//127.0.0.1", StringComparison.Ordinal)
            .Replace("//[::]", "//127.0.0.1", StringComparison.Ordinal);
        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(3) };
        try
        {
            using var answer = await http.GetAsync(new Uri(new Uri(listening), "/healthz/ready"));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception unreachable) when (unreachable is HttpRequestException or TaskCanceledException)
        {
            await System.Console.Error.WriteLineAsync(unreachable.Message);
            return 1;
        }
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
