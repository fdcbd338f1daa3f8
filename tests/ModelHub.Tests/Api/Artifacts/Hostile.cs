namespace ModelHub.Tests.Api.Artifacts;

/// <summary>Shared attack files, beside the repository: they are read in place, never copied into it.</summary>
internal static class Hostile
{
    private static readonly string Root = Find();

    public static string Path(params string[] parts) => System.IO.Path.Combine([Root, "hostile", .. parts]);

    public static string Model(params string[] parts) => System.IO.Path.Combine([Root, "models", .. parts]);

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var data = System.IO.Path.Combine(folder.FullName, "shared", "data");
            if (Directory.Exists(data))
                return data;
        }
        throw new DirectoryNotFoundException("shared/data is not beside the repository");
    }
}
