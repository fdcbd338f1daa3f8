using System.Runtime.InteropServices;
using ModelHub.Onnx.Native;

namespace ModelHub.Onnx;

/// <summary>
/// How a model is loaded. One thread per run and no spinning: requests run beside each other, and the library's
/// defaults burn a core between them. No arena: it would keep the memory of the largest batch ever seen.
/// </summary>
/// <param name="ExternalData">folder of the model's external data when it is loaded from memory</param>
/// <param name="OptimisedTo">where the library writes the graph it made, simplified as far as is right on every processor</param>
public sealed record OnnxSessionOptions(int Threads = 1, string? ExternalData = null, string? OptimisedTo = null)
{
    // ORT_ENABLE_EXTENDED: the level above it lays weights out for the processor at hand, and belongs to no other.
    private const int Extended = 2;

    /// <returns>native options; the caller releases them</returns>
    internal unsafe nint Create()
    {
        nint options;
        Ort.Check(OrtApi.CreateSessionOptions(&options), OnnxFault.Model);
        Ort.Check(OrtApi.SetIntraOpNumThreads(options, Threads), OnnxFault.Model);
        Ort.Check(OrtApi.SetInterOpNumThreads(options, 1), OnnxFault.Model);
        Ort.Check(OrtApi.DisableCpuMemArena(options), OnnxFault.Model);
        Ort.Check(OrtApi.DisableMemPattern(options), OnnxFault.Model);
        Set(options, "session.intra_op.allow_spinning", "0");
        if (ExternalData is not null)
            Set(options, "session.model_external_initializers_file_folder_path", ExternalData);
        if (OptimisedTo is not null)
            WriteTo(options, OptimisedTo);
        return options;
    }

    private static unsafe void WriteTo(nint options, string path)
    {
        Ort.Check(OrtApi.SetSessionGraphOptimizationLevel(options, Extended), OnnxFault.Model);
        var native = OperatingSystem.IsWindows() ? Marshal.StringToCoTaskMemUni(path) : Marshal.StringToCoTaskMemUTF8(path);
        try
        {
            Ort.Check(OrtApi.SetOptimizedModelFilePath(options, (void*)native), OnnxFault.Model);
        }
        finally
        {
            Marshal.FreeCoTaskMem(native);
        }
    }

    private static unsafe void Set(nint options, string key, string value)
    {
        var (nativeKey, nativeValue) = (Marshal.StringToCoTaskMemUTF8(key), Marshal.StringToCoTaskMemUTF8(value));
        try
        {
            Ort.Check(OrtApi.AddSessionConfigEntry(options, (byte*)nativeKey, (byte*)nativeValue), OnnxFault.Model);
        }
        finally
        {
            Marshal.FreeCoTaskMem(nativeKey);
            Marshal.FreeCoTaskMem(nativeValue);
        }
    }
}
