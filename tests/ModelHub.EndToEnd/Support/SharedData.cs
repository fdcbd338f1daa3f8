using System.Text.Json;

namespace ModelHub.EndToEnd.Support;

/// <summary>Models, conformance cases and hostile files that lie beside the repository, where they are present.</summary>
internal static class SharedData
{
    private static readonly string Root = Path.GetFullPath(Path.Combine(Repository.Root, "..", "shared", "data"));

    /// <summary>Path below the shared data; the test is skipped on a machine that does not have them.</summary>
    public static string At(params string[] parts)
    {
        Assert.SkipUnless(Directory.Exists(Root), "The folder ../shared/data is not on this machine.");
        return Path.Combine([Root, .. parts]);
    }

    public static JsonElement Json(params string[] parts) => JsonDocument.Parse(File.ReadAllBytes(At(parts))).RootElement;

    public static string[] Folders(params string[] parts) =>
        [.. Directory.EnumerateDirectories(At(parts)).Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];
}
