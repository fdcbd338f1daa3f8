using Microsoft.Extensions.Configuration;

namespace ModelHub.Hosting;

/// <summary><c>health</c>: exit code 0 when this machine's own host of this configuration answers that it is ready. For container health checks.</summary>
public static class HealthVerb
{
    public const string Name = "health";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    public static async Task<int> RunAsync(string[] args, string defaultUrl)
    {
        var configuration = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables("ASPNETCORE_").AddEnvironmentVariables("MODELHUB__").AddCommandLine(args).Build();
        using var http = new HttpClient { Timeout = Patience };
        try
        {
            using var answer = await http.GetAsync(Ready((configuration["Urls"] ?? defaultUrl).Split(';')[0]));
            return answer.IsSuccessStatusCode ? 0 : 1;
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return 1;
        }
    }

    /// <summary>The readiness address of a host that listens there; a wildcard is asked on loopback.</summary>
    internal static Uri Ready(string listens)
    {
        foreach (var wildcard in (string[])["//+", "//*", "//0.0.0.0", "//[::]"])
            listens = listens.Replace(wildcard, "//127.0.0.1", StringComparison.Ordinal);
        return new Uri(new Uri(listens), "/healthz/ready");
    }
}
