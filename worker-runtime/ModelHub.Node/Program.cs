using ModelHub.Onnx.Validation;

namespace ModelHub.Node;

internal static class Program
{
    private const int WrongUsage = 64;

    public static async Task<int> Main(string[] args)
    {
        if (args is [ValidateVerb.Name, .. var rest])
            return ValidateVerb.Run(rest, Console.Out);
        if (args is ["health", .. var flags])
            return await HealthVerb.RunAsync(flags);
        try
        {
            await using var app = Create(args);
            await app.RunAsync();
            return 0;
        }
        catch (InvalidOptionsException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return WrongUsage;
        }
    }

    /// <exception cref="InvalidOptionsException">with every fault of the configuration</exception>
    public static WebApplication Create(string[] args)
    {
        var builder = WebApplication.CreateBuilder(args);
        builder.AddOptions();
        builder.AddServing();
        builder.AddControl();
        var app = builder.Build();
        app.MapServing();
        return app;
    }
}
