using System.Runtime.InteropServices;
using ModelHub.Onnx.Native;

namespace ModelHub.Onnx;

/// <summary>The native library as a whole.</summary>
public static unsafe class OnnxRuntime
{
    /// <summary>Hears warnings and errors of the library, one line each. Must not throw.</summary>
    public static event Action<string>? Warned;

    /// <summary>Loads and tests the library once; later calls change nothing.</summary>
    /// <param name="library">path of the native library, or null to look for it</param>
    /// <returns>its version, such as <c>1.30.0</c></returns>
    /// <exception cref="OnnxException">it is missing, too old, or not what we expect</exception>
    public static string Load(string? library = null) => Ort.Ensure(library);

    /// <returns>the execution providers of the library, such as <c>CPUExecutionProvider</c></returns>
    public static string[] Providers()
    {
        Ort.Ensure();
        nint* names;
        int count;
        Ort.Check(OrtApi.GetAvailableProviders(&names, &count), OnnxFault.NoRuntime);
        var providers = new string[count];
        for (var i = 0; i < count; i++)
            providers[i] = Marshal.PtrToStringUTF8(names[i]) ?? "";
        Ort.Check(OrtApi.ReleaseAvailableProviders(names, count), OnnxFault.NoRuntime);
        return providers;
    }

    internal static void Report(int level, nint message)
    {
        if (level >= 2 && Warned is { } warned)
            warned(OnnxException.FirstLine(Marshal.PtrToStringUTF8(message) ?? ""));
    }
}
