using System.Net;
using Yarp.ReverseProxy.Forwarder;

namespace ModelHub.Benchmarks.Routing;

/// <summary>
/// What one would put in front of nodes otherwise: YARP's forwarder, as its documents show it; with <c>inline</c> on sockets
/// that are set as the router sets its own.
/// </summary>
internal static class YarpServer
{
    public const string Verb = "serve-yarp";

    public static async Task<int> RunAsync(string port, string node, string sockets)
    {
        if (sockets == "inline")
            Environment.SetEnvironmentVariable("DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS", "1");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}").UseSockets(options => options.UnsafePreferInlineScheduling = sockets == "inline");
        builder.Services.AddHttpForwarder();
        var app = builder.Build();
        using var client = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            UseCookies = false,
            EnableMultipleHttp2Connections = true,
            ActivityHeadersPropagator = null,
            ConnectTimeout = TimeSpan.FromSeconds(15),
        });
        var forwarder = app.Services.GetRequiredService<IHttpForwarder>();
        var strip = new StripEnvironment();
        app.Run(async context => await forwarder.SendAsync(context, node, client, ForwarderRequestConfig.Empty, strip));
        await app.RunAsync();
        return 0;
    }

    /// <summary>/production/v2/… → /v2/…</summary>
    private sealed class StripEnvironment : HttpTransformer
    {
        public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
        {
            await base.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
            var path = httpContext.Request.Path.Value!;
            proxyRequest.RequestUri = RequestUtilities.MakeDestinationAddress(destinationPrefix, path[path.IndexOf('/', 1)..], QueryString.Empty);
            proxyRequest.Headers.Host = null;
        }
    }
}
