using ModelHub.Api.Artifacts;
using ModelHub.Api.Configuration;
using ModelHub.Api.Control;
using ModelHub.Api.Health;
using ModelHub.Api.Hooks;
using ModelHub.Api.Metrics;
using ModelHub.Api.Rollouts;

namespace ModelHub.Api;

internal static class Program
{
    /// <summary>BSD's EX_USAGE: the command or its configuration is wrong.</summary>
    private const int WrongUsage = 64;

    public static async Task<int> Main(string[] args)
    {
        try
        {
            return args.FirstOrDefault() switch
            {
                "health" => await HealthVerb.RunAsync(args[1..]),
                "schema" => await SchemaVerb.RunAsync(),
                "bootstrap-admin" => await BootstrapAdminVerb.RunAsync(args[1..]),
                _ => await ServeAsync(args),
            };
        }
        catch (InvalidConfigurationException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return WrongUsage;
        }
    }

    /// <exception cref="InvalidConfigurationException">with every fault of the configuration</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        var options = builder.AddConfiguration(args);
        builder.Services.AddModelHubDatabase(options.Database);
        builder.AddHealth();
        builder.AddMetricsText();
        builder.AddAccess(options);
        builder.AddArtifacts();
        builder.AddRollouts();
        builder.AddGraph();
        builder.AddControl();

        var app = builder.Build();
        app.UseProblems();
        app.UseWebSockets(new WebSocketOptions { KeepAliveInterval = TimeSpan.FromSeconds(10) });
        app.UseRateLimiter();
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapHealth();
        app.MapMetrics();
        app.MapAccess();
        app.MapArtifacts();
        app.MapHooks();
        app.MapControl();
        app.MapGraph();
        return app;
    }

    private static async Task<int> ServeAsync(string[] args)
    {
        await using var app = Create(args);
        await app.RunAsync();
        return 0;
    }
}
