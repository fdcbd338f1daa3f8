using ModelHub.Hosting;
using ModelHub.Onnx.Validation;

namespace ModelHub.Node;

internal static class Program
{
    public static Task<int> Main(string[] args) => HostSetup.RunAsync(() => args.FirstOrDefault() switch
    {
        ValidateVerb.Name => Task.FromResult(ValidateVerb.Run(args.AsSpan(1), Console.Out)),
        HealthVerb.Name => HealthVerb.RunAsync(args[1..], NodeOptions.DefaultUrl),
        _ => HostSetup.ServeAsync(Create(args)),
    });

    /// <exception cref="InvalidConfigurationException">with every fault of the configuration</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddOptions(args);
        builder.AddServing();
        builder.AddControl();
        var app = builder.Build();
        app.MapServing();
        return app;
    }
}
