using ModelHub.Hosting;
using ModelHub.Onnx.Validation;

namespace ModelHub.Node;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() switch
    {
        ValidateVerb.Name => Task.FromResult(ValidateVerb.Run(args.AsSpan(1), Console.Out)),
        HealthVerb.Name => HealthVerb.RunAsync(args[1..], NodeOptions.DefaultUrl),
        _ => ServeAsync(args),
    });

    /// <exception cref="InvalidConfigurationException">with every fault of the configuration</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddServing(builder.AddOptions(args));
        builder.AddControl();
        var app = builder.Build();
        app.MapServing();
        return app;
    }

    private static Task<int> ServeAsync(string[] args)
    {
        // Requests are answered on the thread that reads them: without the hop to the pool a third of the processor time is
        // saved. The library reads this once, at its first socket; what may take long leaves that thread (LoadedVersion).
        Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        return HostSetup.ServeAsync(Create(args));
    }
}
