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
            Timeout = TimeSpan.FromSeconds(15),
            MaxResponseContentBufferSize = 32 << 20,
        });
        builder.Services.AddScoped<GraphClient>();
    }
}
