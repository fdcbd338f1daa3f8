using System.Runtime.InteropServices;

namespace ModelHub.Onnx.Validation;

/// <summary>What a child process that runs unknown models does to itself before it looks at one.</summary>
public static partial class Confinement
{
    private const int DataLimit = 2; // RLIMIT_DATA on Linux: private writable memory
    private const int CoreLimit = 4; // RLIMIT_CORE

    // What the runtime and its libraries take before any model is read.
    private const long OwnMemory = 512L * 1024 * 1024;

    // The process that started us kills us too; this holds when it was itself killed.
    public static void Begin(long memoryBytes, TimeSpan within)
    {
        var end = new Thread(() =>
        {
            Thread.Sleep(within);
            System.Diagnostics.Process.GetCurrentProcess().Kill();
        })
        { IsBackground = true };
        end.Start();
        if (!OperatingSystem.IsLinux())
            return;
        var memory = (ulong)(memoryBytes + OwnMemory);
        _ = SetLimit(DataLimit, new Limit(memory, memory));
        _ = SetLimit(CoreLimit, new Limit(0, 0));
    }

    [LibraryImport("libc", EntryPoint = "setrlimit", SetLastError = true)]
    private static partial int SetLimit(int resource, in Limit limit);

    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct Limit(ulong Soft, ulong Hard);
}
