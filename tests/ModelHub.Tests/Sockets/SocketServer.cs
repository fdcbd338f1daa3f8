using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using ModelHub.Sockets;

namespace ModelHub.Tests.Sockets;

/// <summary>A web server on one kind of sockets, which answers as a test wants.</summary>
public sealed class SocketServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SocketServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.First());

    public int Port => Address.Port;

    public static async Task<SocketServer> StartAsync(bool polled, RequestDelegate answer, Action<ListenOptions>? listens = null, Action<KestrelServerOptions>? sets = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.Services.AddSockets(polled);
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0, listens ?? (_ => { }));
            sets?.Invoke(kestrel);
        });
        var app = builder.Build();
        app.Run(answer);
        await app.StartAsync();
        return new SocketServer(app);
    }

    public Task StopAsync(CancellationToken ct) => app.StopAsync(ct);

    /// <summary>A caller that sends and reads bytes as they are.</summary>
    public async Task<Socket> ConnectAsync(CancellationToken ct)
    {
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        await socket.ConnectAsync(IPAddress.Loopback, Port, ct);
        return socket;
    }

    public async ValueTask DisposeAsync() => await app.DisposeAsync();
}
