using System.Runtime.InteropServices;

namespace ModelHub.Cli.Processes;

/// <summary>The signals we send, by their numbers on Linux and macOS.</summary>
internal enum Signal
{
    Int = 2,
    Quit = 3,
    Kill = 9,
    Term = 15,
}

/// <summary>The few calls of the C library that .NET has no name for.</summary>
internal static class Posix
{
    public static bool IsRoot => !OperatingSystem.IsWindows() && geteuid() == 0;

    /// <summary>Sends a signal; false when no such process is left.</summary>
    public static bool Send(Signal signal, int processId) => kill(processId, (int)signal) == 0;

    public static void ChangeOwner(string path, int user, int group)
    {
        if (lchown(path, user, group) != 0)
            throw new IOException($"Cannot give {path} to user {user}: error {Marshal.GetLastPInvokeError()}.");
    }

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern uint geteuid();

    [DllImport("libc")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int kill(int pid, int signal);

    [DllImport("libc", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int lchown([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int user, int group);
}
