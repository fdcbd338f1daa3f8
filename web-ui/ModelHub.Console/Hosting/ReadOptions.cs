namespace ModelHub.Console.Hosting;

internal static class ReadOptions
{
    public static void AddConsoleOptions(this WebApplicationBuilder builder, string[] args)
    {
        builder.Configuration.AddEnvironmentVariables("MODELHUB__").AddCommandLine(args);
        var options = builder.Configuration.Get<ConsoleOptions>() ?? new ConsoleOptions();
        if (options.Faults().ToArray() is { Length: > 0 } faults)
            throw new InvalidOptionsException(faults);

        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.WebHost.UseStaticWebAssets();
        if (string.IsNullOrEmpty(builder.Configuration["urls"]))
            builder.WebHost.UseUrls("http://127.0.0.1:5070");
    }
}
