namespace ModelHub.Router;

/// <summary><c>health</c>: exit code 0 when the host of this configuration says it is ready. For container checks.</summary>
internal static class HealthVerb
{
    public static async Task<int> RunAsync(string[] args)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("MODELHUB__").AddCommandLine(args).Build();
        var listens = (configuration["Urls"] ?? "http://127.0.0.1:5090").Split(';')[0];
        var address = new UriBuilder(listens.Replace("*", "127.0.0.1", StringComparison.Ordinal).Replace("+", "127.0.0.1", StringComparison.Ordinal)) { Path = "/healthz/ready" };
        if (address.Host is "0.0.0.0" or "[::]")
            address.Host = "127.0.0.1";
        using var client = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
        try
        {
            using var response = await client.GetAsync(address.Uri);
            return response.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            return 1;
        }
    }
}
