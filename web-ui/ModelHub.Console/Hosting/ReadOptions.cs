using ModelHub.Hosting;

namespace ModelHub.Console.Hosting;

internal static class ReadOptions
{
    public const string DefaultUrl = "http://127.0.0.1:5070";

    public static ConsoleOptions AddConsoleOptions(this WebApplicationBuilder builder, string[] args)
    {
        var settings = builder.AddHosting(args, DefaultUrl);
        var options = new ConsoleOptions
        {
            Api = settings.Url("Api", "http://127.0.0.1:5080"),
            Data = settings.Folder("Data", Path.Combine(".modelhub", "console")),
        };
        settings.ThrowIfFaulty();
        builder.Services.AddSingleton(options);
        builder.WebHost.UseStaticWebAssets();
        return options;
    }
}
