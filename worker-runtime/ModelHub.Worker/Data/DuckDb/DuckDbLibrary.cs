using System.Reflection;
using System.Runtime.InteropServices;

namespace ModelHub.Worker.Data.DuckDb;

/// <summary>
/// Finds libduckdb: the configured path, else the npm package below a node_modules folder above the program or the
/// working directory.
/// </summary>
internal static class DuckDbLibrary
{
    private static readonly Lock Gate = new();
    private static string? chosen;
    private static bool registered;

    /// <summary>Call once before the first query; a later call with another path has no effect on a loaded library.</summary>
    public static void Use(string? path)
    {
        lock (Gate)
        {
            chosen ??= path;
            if (registered) return;
            NativeLibrary.SetDllImportResolver(typeof(DuckDbLibrary).Assembly, Resolve);
            registered = true;
        }
    }

    /// <summary>The path of the library, or null when it is nowhere.</summary>
    public static string? Find(string? path)
    {
        if (path is not null) return File.Exists(path) ? path : null;
        var (package, file) = PackageOfThisMachine();
        foreach (var start in new[] { AppContext.BaseDirectory, Directory.GetCurrentDirectory() })
            for (var at = new DirectoryInfo(start); at is not null; at = at.Parent)
            {
                var candidate = Path.Combine(at.FullName, "node_modules", "@duckdb", package, file);
                if (File.Exists(candidate)) return candidate;
            }
        return null;
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? search)
    {
        if (name != DuckDbNative.Library) return 0;
        var path = Find(chosen) ?? throw new DllNotFoundException(
            $"libduckdb is not at \"{chosen ?? $"node_modules/@duckdb/{PackageOfThisMachine().Package}"}\": run npm ci, or set DuckDb (MODELHUB__DUCKDB) to its path.");
        return NativeLibrary.Load(path);
    }

    private static (string Package, string File) PackageOfThisMachine()
    {
        var architecture = RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? "arm64" : "x64";
        if (OperatingSystem.IsMacOS()) return ($"node-bindings-darwin-{architecture}", "libduckdb.dylib");
        if (OperatingSystem.IsWindows()) return ($"node-bindings-win32-{architecture}", "duckdb.dll");
        return ($"node-bindings-linux-{architecture}", "libduckdb.so");
    }
}
