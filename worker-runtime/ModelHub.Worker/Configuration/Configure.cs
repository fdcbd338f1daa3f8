namespace ModelHub.Worker.Configuration;

internal static class Configure
{
    public const string DefaultUrl = "http://127.0.0.1:5060";

    /// <summary>Files, then <c>MODELHUB__…</c> variables, then flags; the later wins.</summary>
    /// <exception cref="InvalidConfigurationException">with every fault</exception>
    public static WorkerOptions AddConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        builder.Configuration.AddEnvironmentVariables("MODELHUB__").AddCommandLine(args);
        builder.WebHost.UseUrls(builder.Configuration["Urls"] ?? DefaultUrl);
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.AddServerHeader = false);
        // Each statement and each health check would be a line; a more specific setting brings them back.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning)
            .AddFilter("System.Net.Http", LogLevel.Warning).AddFilter("Quartz", LogLevel.Warning);
        var options = Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        return options;
    }

    private static WorkerOptions Read(ConfigurationManager configuration)
    {
        var faults = new OptionFaults(configuration);
        var options = new WorkerOptions
        {
            Database = faults.Required("Database"),
            Api = faults.Url("Api", "http://127.0.0.1:5080"),
            Data = Path.GetFullPath(configuration["Data"] is { Length: > 0 } data ? data : ".modelhub/worker"),
            DuckDb = faults.Library("DuckDb"),
            OnnxRuntime = faults.Library("OnnxRuntime"),
            Threads = (int)faults.Number("Threads", Math.Max(2, Environment.ProcessorCount), 1, 100),
            CacheBytes = faults.Number("CacheBytes", 10L << 30, 0, 1L << 50),
        };
        faults.ThrowIfAny();
        return options;
    }
}
