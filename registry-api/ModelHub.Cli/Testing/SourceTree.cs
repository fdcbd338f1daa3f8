namespace ModelHub.Cli.Testing;

/// <summary>The repository this program was built in.</summary>
internal static class SourceTree
{
    public static string Root()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "ModelHub.sln")))
                return at.FullName;
        throw new BrokenWorldException("Tests and benchmarks run from a clone of the repository: ModelHub.sln was not found above this program.");
    }
}
