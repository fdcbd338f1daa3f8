using ModelHub.Api.Artifacts;
using ModelHub.Api.Bundles;
using ModelHub.Api.Configuration;
using ModelHub.Api.Control;
using ModelHub.Api.Experiments;
using ModelHub.Api.Health;
using ModelHub.Api.Hooks;
using ModelHub.Api.Metrics;
using ModelHub.Api.Monitoring;
using ModelHub.Api.Predictions;
using ModelHub.Api.Rollouts;
using ModelHub.Hosting;

namespace ModelHub.Api;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() switch
    {
        HealthVerb.Name => HealthVerb.RunAsync(args[1..], Configure.DefaultUrl),
        "schema" => SchemaVerb.RunAsync(),
        "bootstrap-admin" => BootstrapAdminVerb.RunAsync(args[1..]),
        _ => HostSetup.ServeAsync(Create(args)),
    });

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
        builder.AddMonitoring();
        builder.AddPredictions();
        builder.AddGraph(options.Graph);
        builder.AddControl();
        builder.AddHooks();
        builder.AddBundles();

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
        app.MapBundles();
        app.MapExperiments();
        app.MapPredictions();
        app.MapControl();
        app.MapGraph();
        return app;
    }
}
