using System.Runtime.InteropServices;

namespace ModelHub.Onnx.Native;

/// <summary>
/// Finds and opens the native library: the path given, else MODELHUB__ONNXRUNTIME, else the one that npm's
/// onnxruntime-node brought, looked for in node_modules from the app's folder and the current folder upwards.
/// </summary>
internal static class OrtLibrary
{
    public static nint Open(string? configured)
    {
        var path = Find(configured);
        return NativeLibrary.TryLoad(path, out var handle)
            ? handle
            : throw new OnnxException(OnnxFault.NoRuntime, $"The ONNX Runtime library {path} cannot be loaded on this system.");
    }

    private static string Find(string? configured)
    {
        configured ??= Environment.GetEnvironmentVariable("MODELHUB__ONNXRUNTIME");
        if (!string.IsNullOrWhiteSpace(configured))
            return File.Exists(configured)
                ? Path.GetFullPath(configured)
                : throw new OnnxException(OnnxFault.NoRuntime, $"OnnxRuntime names {configured}, which does not exist.");

        var inside = Path.Combine("node_modules", "onnxruntime-node", "bin", "napi-v6", Platform(), Architecture());
        foreach (var folder in Upwards(AppContext.BaseDirectory).Concat(Upwards(Environment.CurrentDirectory)))
        {
            var package = Path.Combine(folder, inside);
            if (Directory.Exists(package) && Library(package) is { } file)
                return file;
        }
        throw new OnnxException(OnnxFault.NoRuntime, $"No ONNX Runtime: {inside} was not found; run npm ci, or set MODELHUB__ONNXRUNTIME.");
    }

    private static string? Library(string folder) =>
        Directory.EnumerateFiles(folder)
            .Where(f => Path.GetFileName(f) is var n && (n == "onnxruntime.dll"
                || n.StartsWith("libonnxruntime.so", StringComparison.Ordinal)
                || (n.StartsWith("libonnxruntime", StringComparison.Ordinal) && n.EndsWith(".dylib", StringComparison.Ordinal))))
            .Order(StringComparer.Ordinal)
            .FirstOrDefault();

    private static IEnumerable<string> Upwards(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }

    private static string Platform() =>
        OperatingSystem.IsWindows() ? "win32" : OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static string Architecture() =>
        RuntimeInformation.ProcessArchitecture == System.Runtime.InteropServices.Architecture.Arm64 ? "arm64" : "x64";
}
