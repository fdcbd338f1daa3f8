using ModelHub.Hosting;

namespace ModelHub.Router;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() switch
    {
        HealthVerb.Name => HealthVerb.RunAsync(args[1..], RouterOptions.DefaultUrl),
        _ => HostSetup.ServeAsync(Create(args)),
    });

    /// <exception cref="InvalidConfigurationException">with every fault of the configuration</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddOptions(args);
        builder.AddRouting();
        var app = builder.Build();
        app.MapRoutes();
        return app;
    }
}
