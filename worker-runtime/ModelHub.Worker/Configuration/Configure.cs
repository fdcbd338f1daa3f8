using ModelHub.Domain.Webhooks;
using ModelHub.Hosting;

namespace ModelHub.Worker.Configuration;

internal static class Configure
{
    public const string DefaultUrl = "http://127.0.0.1:5060";

    /// <exception cref="InvalidConfigurationException">with every fault</exception>
    public static WorkerOptions AddConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        var settings = builder.AddHosting(args, DefaultUrl);
        builder.Logging.AddFilter("Quartz", LogLevel.Warning);
        var options = Read(settings);
        builder.Services.AddSingleton(options);
        return options;
    }

    private static WorkerOptions Read(Settings settings)
    {
        var options = new WorkerOptions
        {
            Database = settings.Required("Database"),
            Api = settings.Url("Api", "http://127.0.0.1:5080"),
            Data = settings.Folder("Data", ".modelhub/worker"),
            DuckDb = settings.File("DuckDb"),
            OnnxRuntime = settings.File("OnnxRuntime"),
            Threads = (int)settings.Number("Threads", Math.Max(2, Environment.ProcessorCount), 1, 100),
            SecretBox = settings.Secret("SecretsKey", SecretBox.LeastSetting) is { } key ? new SecretBox(key, settings.Secret("SecretsKeyBefore", SecretBox.LeastSetting)) : null,
            AllowedNetworks = settings.Parsed("Webhooks:AllowedNetworks", AllowedNetworks.Public, AllowedNetworks.Parse, "networks such as 10.1.0.0/16, separated by commas"),
            LostRouter = settings.Milliseconds("Rollouts:LostRouterMilliseconds", 15_000, 1_000, 3_600_000),
            SampleRows = (int)settings.Number("Profile:SampleRows", 100, 0, 100),
            CacheBytes = settings.Number("CacheBytes", 10L << 30, 0, 1L << 50),
        };
        settings.ThrowIfFaulty();
        return options;
    }
}
