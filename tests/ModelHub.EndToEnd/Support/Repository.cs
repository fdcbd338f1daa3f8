namespace ModelHub.EndToEnd.Support;

/// <summary>Where the checkout lies that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "ModelHub.sln")))
                return folder.FullName;
        throw new InvalidOperationException("The tests run from within the checkout: no folder above them holds ModelHub.sln.");
    }
}
