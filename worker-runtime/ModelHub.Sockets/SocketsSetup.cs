using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using ModelHub.Sockets.Connecting;
using ModelHub.Sockets.Serving;

namespace ModelHub.Sockets;

public static class SocketsSetup
{
    /// <summary>
    /// Callers' connections, and those that are opened by <see cref="OutgoingSockets"/>, are waited for by loops of our own.
    /// </summary>
    /// <param name="polled">false, or a system without epoll: by the framework's own sockets</param>
    public static IServiceCollection AddSockets(this IServiceCollection services, bool polled) =>
        polled && OperatingSystem.IsLinux()
            ? services.AddSingleton<IConnectionListenerFactory, ListenerFactory>().AddSingleton<OutgoingSockets, PolledSockets>()
            : services.AddSingleton<OutgoingSockets, SystemSockets>();
}
