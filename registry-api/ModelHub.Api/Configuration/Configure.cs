namespace ModelHub.Api.Configuration;

internal static class Configure
{
    /// <summary>Files, then <c>MODELHUB__…</c> variables, then flags; the later wins.</summary>
    /// <exception cref="InvalidConfigurationException">with every fault</exception>
    public static ApiOptions AddConfiguration(this WebApplicationBuilder builder, string[] args)
    {
        builder.Configuration.AddEnvironmentVariables("MODELHUB__").AddCommandLine(args);
        if (builder.Configuration["Urls"] is null)
            builder.WebHost.UseUrls("http://127.0.0.1:5080");
        else
            builder.WebHost.UseUrls(builder.Configuration["Urls"]!);
        var options = Read(builder.Configuration);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(TimeProvider.System);
        // The framework writes a line or more for each request; a more specific setting brings them back.
        builder.Logging.AddFilter("Microsoft.AspNetCore", LogLevel.Warning).AddFilter("Microsoft.EntityFrameworkCore", LogLevel.Warning);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = 2 << 20;
            kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
            kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
        });
        return options;
    }

    private static ApiOptions Read(IConfiguration configuration)
    {
        var faults = new OptionFaults(configuration);
        var options = new ApiOptions
        {
            Database = faults.Required("Database"),
            Data = Path.GetFullPath(configuration["Data"] is { Length: > 0 } data ? data : ".modelhub"),
            JoinToken = faults.Required("JoinToken", minLength: 32),
            PublicUrls = new PublicUrls(
                faults.Url("PublicUrls:Console", "http://127.0.0.1:5070"),
                faults.Url("PublicUrls:Router", "http://127.0.0.1:5090"),
                faults.Url("PublicUrls:Api", "http://127.0.0.1:5080")),
            LoginLinkLifetime = TimeSpan.FromMinutes(faults.Number("Access:LoginLinkMinutes", 60, 1, 7 * 24 * 60)),
            Limits = new ApiLimits(
                ArtifactBytes: faults.Number("Limits:ArtifactBytes", 64L << 30, 1, 1L << 42),
                OpenUploads: (int)faults.Number("Limits:OpenUploads", 1000, 1, 1_000_000),
                UploadLifetime: TimeSpan.FromMinutes(faults.Number("Limits:UploadMinutes", 24 * 60, 1, 30 * 24 * 60)),
                RedeemsPerMinute: (int)faults.Number("Limits:RedeemsPerMinute", 10, 1, 10_000)),
        };
        faults.ThrowIfAny();
        return options;
    }
}
