using System.Reflection;

namespace ModelHub.Onnx.Validation;

/// <summary>How to start a host that knows the verb <c>validate</c>.</summary>
public sealed record ValidationCommand(string FileName, params string[] Arguments)
{
    /// <param name="host">the entry assembly of the worker or the node</param>
    public static ValidationCommand Of(Assembly host)
    {
        var library = host.Location;
        var own = Path.ChangeExtension(library, OperatingSystem.IsWindows() ? ".exe" : null);
        if (Environment.ProcessPath is { } running && Path.GetFullPath(running) == Path.GetFullPath(own))
            return new ValidationCommand(own);
        return new ValidationCommand(Dotnet(), "exec", library);
    }

    private static string Dotnet()
    {
        if (Environment.ProcessPath is { } running && Path.GetFileNameWithoutExtension(running) == "dotnet")
            return running;
        var name = OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet";
        // The runtime that runs us: <root>/shared/Microsoft.NETCore.App/<version>/
        var root = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "..", "..", ".."));
        var beside = Path.Combine(root, name);
        return File.Exists(beside) ? beside : name;
    }
}
