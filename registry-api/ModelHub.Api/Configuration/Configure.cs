using ModelHub.Domain.Webhooks;
using ModelHub.Hosting;

namespace ModelHub.Api.Configuration;

internal static class Configure
{
    public const string DefaultUrl = "http://127.0.0.1:5080";

    /// <exception cref="InvalidConfigurationException">with every fault</exception>
    public static ApiOptions AddConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        var settings = builder.AddHosting(args, DefaultUrl);
        var options = Read(settings);
        builder.Services.AddSingleton(options);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Limits.MaxRequestBodySize = 2 << 20;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        return options;
    }

    private static ApiOptions Read(Settings settings)
    {
        var options = new ApiOptions
        {
            Database = settings.Required("Database"),
            Data = settings.Folder("Data", ".modelhub"),
            JoinToken = settings.Required("JoinToken", least: 32),
            PublicUrls = new PublicUrls(
                settings.Url("PublicUrls:Console", "http://127.0.0.1:5070"),
                settings.Url("PublicUrls:Router", "http://127.0.0.1:5090"),
                settings.Url("PublicUrls:Api", "http://127.0.0.1:5080")),
            LoginLinkLifetime = TimeSpan.FromMinutes(settings.Number("Access:LoginLinkMinutes", 60, 1, 7 * 24 * 60)),
            Limits = new ApiLimits(
                ArtifactBytes: settings.Number("Limits:ArtifactBytes", 64L << 30, 1, 1L << 42),
                OpenUploads: (int)settings.Number("Limits:OpenUploads", 1000, 1, 1_000_000),
                UploadLifetime: TimeSpan.FromMinutes(settings.Number("Limits:UploadMinutes", 24 * 60, 1, 30 * 24 * 60)),
                RedeemsPerMinute: (int)settings.Number("Limits:RedeemsPerMinute", 10, 1, 10_000)),
            SecretBox = settings.Secret("SecretsKey", SecretBox.LeastSetting) is { } key ? new SecretBox(key, settings.Secret("SecretsKeyBefore", SecretBox.LeastSetting)) : null,
            AllowedNetworks = settings.Parsed("Webhooks:AllowedNetworks", AllowedNetworks.Public, AllowedNetworks.Parse, "networks such as 10.1.0.0/16, separated by commas"),
            Graph = GraphOptions.Read(settings),
            Store = StoreOptions.Read(settings),
        };
        settings.ThrowIfFaulty();
        return options;
    }
}
