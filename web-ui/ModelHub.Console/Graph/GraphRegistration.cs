using System.Net;

namespace ModelHub.Console.Graph;

internal static class GraphRegistration
{
    public static void AddGraph(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton(new HttpClient(new SocketsHttpHandler
        {
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            AutomaticDecompression = DecompressionMethods.All,
            UseCookies = false,
            AllowAutoRedirect = false,
        })
        {
            // Longer than the API lets an operation wait and run (10 s each): what it answers is heard.
            Timeout = TimeSpan.FromSeconds(25),
            MaxResponseContentBufferSize = 32 << 20,
        });
        builder.Services.AddScoped<GraphClient>();
    }
}
