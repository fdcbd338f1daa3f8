using System.Net;
using ModelHub.Database.Webhooks;
using ModelHub.Domain.Webhooks;
using ModelHub.Worker.Configuration;

namespace ModelHub.Worker.Webhooks;

internal static class WebhooksSetup
{
    public static void AddWebhooks(this WebApplicationBuilder builder, WorkerOptions options)
    {
        builder.Services.AddSingleton(new SendMessage(new HttpClient(Handler(options.AllowedNetworks)) { Timeout = Timeout.InfiniteTimeSpan }));
        builder.Services.AddSingleton<FanOutEvents>();
        builder.Services.AddSingleton<ClaimWebhooks>();
        builder.Services.AddSingleton<RecordAttempt>();
        builder.Services.AddSingleton<DrainWebhook>();
        builder.Services.AddHostedService<DeliverWebhooks>();
    }

    /// <summary>No redirects, proxies or cookies: a message goes to the address that was judged, or nowhere.</summary>
    private static SocketsHttpHandler Handler(AllowedNetworks allowed) => new()
    {
        AllowAutoRedirect = false,
        UseProxy = false,
        UseCookies = false,
        AutomaticDecompression = DecompressionMethods.None,
        PooledConnectionLifetime = TimeSpan.FromMinutes(2),
        MaxResponseHeadersLength = 16,
        ConnectCallback = new ConnectToAllowed(allowed).ConnectAsync,
    };
}
