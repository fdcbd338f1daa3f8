using ModelHub.Router.Control;

namespace ModelHub.Router.Forwarding;

/// <summary>The connections to nodes: kept alive, as many as there are requests in work, nothing added on the way.</summary>
internal sealed class NodeClient(RouterOptions options, RouterPeer peer) : IDisposable
{
    private string? key;
    private string? bearer;

    public HttpMessageInvoker Invoker { get; } = new(new SocketsHttpHandler
    {
        UseProxy = false,
        UseCookies = false,
        AllowAutoRedirect = false,
        AutomaticDecompression = System.Net.DecompressionMethods.None,
        ActivityHeadersPropagator = null,
        ConnectTimeout = options.ConnectTime,
        PooledConnectionIdleTimeout = TimeSpan.FromSeconds(90),
        MaxConnectionsPerServer = int.MaxValue,
    });

    /// <summary>What this router shows nodes.</summary>
    public string Bearer
    {
        get
        {
            var now = peer.Key;
            if (!ReferenceEquals(now, key) || bearer is null)
                (key, bearer) = (now, "Bearer " + now);
            return bearer;
        }
    }

    public void Dispose() => Invoker.Dispose();
}
