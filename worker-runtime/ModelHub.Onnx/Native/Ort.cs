using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ModelHub.Onnx.Native;

/// <summary>The one environment of this process: made at first use, tested, never released.</summary>
internal static unsafe class Ort
{
    private const int Fail = 1;
    private const int Warning = 2;
    private static readonly Lock Gate = new();
    private static string? version;
    private static string? bound;

    public static nint Env { get; private set; }

    public static nint Allocator { get; private set; }

    public static nint CpuMemory { get; private set; }

    /// <returns>the version of the library</returns>
    public static string Ensure(string? library = null)
    {
        if (Volatile.Read(ref version) is { } known)
            return known;
        lock (Gate)
        {
            // The test itself comes through here again, on this thread.
            if (version is not null || bound is not null)
                return version ?? bound!;
            try
            {
                bound = OrtApi.Bind(OrtLibrary.Open(library));
                Create();
                SlotTest.Run();
                Volatile.Write(ref version, bound);
                return bound;
            }
            finally
            {
                bound = null;
            }
        }
    }

    public static void Check(nint status, OnnxFault fault)
    {
        if (status != 0)
            throw Error(status, fault);
    }

    private static void Create()
    {
        nint env, allocator, memory;
        fixed (byte* id = "modelhub\0"u8)
            Check(OrtApi.CreateEnvWithCustomLogger(&Log, Warning, id, &env), OnnxFault.NoRuntime);
        Check(OrtApi.DisableTelemetryEvents(env), OnnxFault.NoRuntime);
        Check(OrtApi.GetAllocatorWithDefaultOptions(&allocator), OnnxFault.NoRuntime);
        Check(OrtApi.CreateCpuMemoryInfo(1, 0, &memory), OnnxFault.NoRuntime);
        (Env, Allocator, CpuMemory) = (env, allocator, memory);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static OnnxException Error(nint status, OnnxFault fault)
    {
        var text = Marshal.PtrToStringUTF8(OrtApi.GetErrorMessage(status)) ?? "";
        var code = OrtApi.GetErrorCode(status);
        OrtApi.ReleaseStatus(status);
        if (fault == OnnxFault.Run && code == Fail && text.Contains("terminate flag", StringComparison.OrdinalIgnoreCase))
            fault = OnnxFault.Terminated;
        return new OnnxException(fault, OnnxException.FirstLine(text));
    }

    /// <summary>Without a logger of ours the library writes to stderr.</summary>
    [UnmanagedCallersOnly]
    private static void Log(nint state, int level, byte* category, byte* id, byte* location, byte* message) =>
        OnnxRuntime.Report(level, (nint)message);
}
