using System.Net.Sockets;

namespace ModelHub.Sockets;

/// <summary>What a call that moves bytes gives when it moves none.</summary>
internal static class Outcome
{
    /// <summary>Not now.</summary>
    public const int Wait = -1;

    /// <summary>It was closed here meanwhile.</summary>
    public const int Closed = -1 - BadHandle;

    private const int BadHandle = 9;

    public static int Of(int error) => error == Libc.Again ? Wait : -1 - error;

    /// <summary>The system's number of an error.</summary>
    public static int ErrorOf(int outcome) => -1 - outcome;

    /// <param name="error">the system's number</param>
    public static SocketException Exception(int error) => new((int)(error switch
    {
        BadHandle => SocketError.OperationAborted,
        32 => SocketError.Shutdown,
        101 => SocketError.NetworkUnreachable,
        104 => SocketError.ConnectionReset,
        110 => SocketError.TimedOut,
        111 => SocketError.ConnectionRefused,
        113 => SocketError.HostUnreachable,
        _ => SocketError.SocketError,
    }), System.Runtime.InteropServices.Marshal.GetPInvokeErrorMessage(error));
}
