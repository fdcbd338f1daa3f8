using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace ModelHub.Sockets;

/// <summary>What a call that moves bytes gives when it moves none.</summary>
internal static class Outcome
{
    /// <summary>Not now.</summary>
    public const int Wait = -1;

    /// <summary>It was closed here meanwhile.</summary>
    public const int Closed = -1 - Libc.BadHandle;

    public static int Of(int error) => error == Libc.Again ? Wait : -1 - error;

    /// <summary>The system's number of an error.</summary>
    public static int ErrorOf(int outcome) => -1 - outcome;

    /// <param name="error">the system's number</param>
    public static SocketException Exception(int error) => new((int)(error switch
    {
        Libc.BadHandle => SocketError.OperationAborted,
        Libc.BrokenPipe => SocketError.Shutdown,
        Libc.NetworkUnreachable => SocketError.NetworkUnreachable,
        Libc.Reset => SocketError.ConnectionReset,
        Libc.TimedOut => SocketError.TimedOut,
        Libc.Refused => SocketError.ConnectionRefused,
        Libc.HostUnreachable => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }), Marshal.GetPInvokeErrorMessage(error));
}
