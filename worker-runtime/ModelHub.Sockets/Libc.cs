using System.Runtime.InteropServices;

namespace ModelHub.Sockets;

/// <summary>
/// The system calls of a socket that is waited for by epoll; each gives -1 on an error, told by <see cref="Marshal.GetLastPInvokeError"/>.
/// References and not pointers: nothing here needs unsafe code.
/// </summary>
[System.Diagnostics.CodeAnalysis.SuppressMessage("Interoperability", "SYSLIB1054", Justification = "What it would generate is unsafe code, which only the binding of ONNX Runtime may have.")]
internal static class Libc
{
    public const int CloseOnExec = 0x80000;
    public const int Add = 1;
    public const int Modify = 3;
    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint HangUp = 0x010;
    public const uint PeerShut = 0x2000;
    public const uint EdgeTriggered = 0x8000_0000;
    public const int Peek = 0x02;
    public const int DontWait = 0x40;
    public const int NoSignal = 0x4000;
    public const int More = 0x8000;
    public const int ShutBoth = 2;
    public const int Interrupted = 4;
    public const int BadHandle = 9;
    public const int Again = 11;
    public const int BrokenPipe = 32;
    public const int NetworkUnreachable = 101;
    public const int Reset = 104;
    public const int TimedOut = 110;
    public const int Refused = 111;
    public const int HostUnreachable = 113;
    public const int InProgress = 115;

    private const string Name = "libc";

    [DllImport(Name, EntryPoint = "epoll_create1", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int CreatePoll(int flags);

    [DllImport(Name, EntryPoint = "epoll_ctl", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Control(int poll, int operation, SafeHandle socket, ref byte change);

    [DllImport(Name, EntryPoint = "epoll_wait", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Wait(int poll, ref byte events, int most, int milliseconds);

    [DllImport(Name, EntryPoint = "connect", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Connect(SafeHandle socket, ref byte address, uint length);

    [DllImport(Name, EntryPoint = "recv", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint Receive(SafeHandle socket, ref byte into, nint length, int flags);

    [DllImport(Name, EntryPoint = "send", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern nint Send(SafeHandle socket, ref byte bytes, nint length, int flags);

    [DllImport(Name, EntryPoint = "shutdown", SetLastError = true), DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    public static extern int Shut(SafeHandle socket, int how);
}
