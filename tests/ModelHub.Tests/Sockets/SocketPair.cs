using System.Net;
using System.Net.Sockets;

namespace ModelHub.Tests.Sockets;

internal static class SocketPair
{
    /// <summary>Two ends of one connection over loopback.</summary>
    public static (Socket Near, Socket Far) Tcp()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return Connect(listener, new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp));
    }

    /// <summary>Two ends of one connection in the file system: what one does, the other has at once.</summary>
    public static (Socket Near, Socket Far) Local()
    {
        var folder = Directory.CreateTempSubdirectory("modelhub-sockets-");
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(folder.FullName, "s")));
        var pair = Connect(listener, new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified));
        folder.Delete(recursive: true);
        return pair;
    }

    private static (Socket Near, Socket Far) Connect(Socket listener, Socket far)
    {
        listener.Listen();
        far.Connect(listener.LocalEndPoint!);
        return (listener.Accept(), far);
    }
}
