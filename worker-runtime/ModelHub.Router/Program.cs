using ModelHub.Hosting;

namespace ModelHub.Router;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() switch
    {
        HealthVerb.Name => HealthVerb.RunAsync(args[1..], RouterOptions.DefaultUrl),
        _ => ServeAsync(args),
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

    private static Task<int> ServeAsync(string[] args)
    {
        // Sockets complete where their event comes in (read once, before the first socket): no way from thread to thread.
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        return HostSetup.ServeAsync(Create(args));
    }
}
