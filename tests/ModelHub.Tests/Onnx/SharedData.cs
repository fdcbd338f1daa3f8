using System.Text.Json;
using Xunit;

namespace ModelHub.Tests.Onnx;

/// <summary>Models, conformance cases and hostile files that lie beside the repository, where they are present.</summary>
internal static class SharedData
{
    private const string Absent = "(no shared data)";

    private static readonly string? Root = Find();

    public static string Folder(string name)
    {
        Assert.SkipWhen(Root is null, "The folder ../shared/data is not on this machine.");
        return Path.Combine(Root!, name);
    }

    public static string[] FoldersIn(string name) =>
        Root is null ? [Absent] : [.. Directory.EnumerateDirectories(Path.Combine(Root, name)).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    public static string[] FilesIn(string name) =>
        Root is null ? [Absent] : [.. Directory.EnumerateFiles(Path.Combine(Root, name)).Select(d => Path.GetFileName(d)).Order(StringComparer.Ordinal)];

    public static JsonElement Json(params string[] path) =>
        JsonDocument.Parse(File.ReadAllBytes(Path.Combine([Folder(path[0]), .. path[1..]]))).RootElement;

    private static string? Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "ModelHub.sln")))
                return Path.GetFullPath(Path.Combine(at.FullName, "..", "shared", "data")) is var data && Directory.Exists(data) ? data : null;
        return null;
    }
}
