namespace ModelHub.Router;

internal static class Program
{
    private const int WrongUsage = 64;

    public static async Task<int> Main(string[] args)
    {
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
        builder.AddRouting();
        var app = builder.Build();
        app.MapRoutes();
        return app;
    }
}
