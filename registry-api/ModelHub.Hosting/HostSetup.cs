using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ModelHub.Hosting;

/// <summary>What every host sets up the same way.</summary>
public static class HostSetup
{
    /// <summary>BSD's EX_USAGE: the command or its configuration is wrong.</summary>
    public const int WrongUsage = 64;

    /// <summary>
    /// Settings from files, then <c>MODELHUB__…</c> variables, then flags, of which the later wins; the address to listen on;
    /// no server header; a clock; telemetry where a collector is named. The framework's lines per request are silent until a more specific setting brings them back.
    /// </summary>
    /// <returns>The settings to read this host's options from.</returns>
    public static Settings AddHosting(this WebApplicationBuilder builder, string[] args, string defaultUrl)
    {
        builder.Configuration.AddEnvironmentVariables("MODELHUB__").AddCommandLine(args);
        builder.WebHost.UseUrls(builder.Configuration["Urls"] is { Length: > 0 } urls ? urls : defaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning)
            .AddFilter("System.Net.Http", LogLevel.Warning);
        builder.Services.AddSingleton(TimeProvider.System);
        var settings = new Settings(builder.Configuration);
        OtlpExport.Add(builder, settings);
        return settings;
    }

    /// <summary>
    /// Lets the host take gRPC beside what it listens on, see <see cref="GrpcListener"/>. After <see cref="AddHosting"/>.
    /// </summary>
    /// <param name="locally">also HTTP/1.1 over a <see cref="LocalSocket"/>, where the settings name a folder</param>
    public static void AddGrpcListener(this WebApplicationBuilder builder, Settings settings, string defaultUrl, bool locally = false)
    {
        var listener = new GrpcListener();
        var urls = builder.Configuration["Urls"] is { Length: > 0 } given ? given : defaultUrl;
        string[] all = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var folder = locally ? settings.SocketFolder() : null;
        listener.Add(builder, settings, all, all.Select(url => LocalSocket.Beside(folder, url)).FirstOrDefault(path => path is not null));
        builder.Services.AddSingleton(listener);
    }

    /// <summary>Runs a verb or the host; a configuration that is wrong ends with <see cref="WrongUsage"/> and its faults.</summary>
    public static async Task<int> RunAsync(Func<Task<int>> run)
    {
        try
        {
            return await run();
        }
        catch (InvalidConfigurationException wrong)
        {
            await Console.Error.WriteLineAsync(wrong.Message);
            return WrongUsage;
        }
    }

    /// <summary>Serves until the process is told to end.</summary>
    public static async Task<int> ServeAsync(WebApplication app)
    {
        await using (app)
            await app.RunAsync();
        return 0;
    }
}
