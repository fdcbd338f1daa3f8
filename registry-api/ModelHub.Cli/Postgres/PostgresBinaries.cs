using System.Diagnostics;
using System.Text.RegularExpressions;

namespace ModelHub.Cli.Postgres;

/// <summary>A PostgreSQL on this machine: the folder with initdb and postgres, and its version.</summary>
internal sealed partial record PostgresBinaries(string Folder, int Major, string Origin)
{
    /// <summary>The oldest major version whose SQL we keep to.</summary>
    public const int OldestMajor = 15;

    public string Initdb => Path.Combine(Folder, "initdb");
    public string Postgres => Path.Combine(Folder, "postgres");

    /// <summary>What is installed, the npm one first.</summary>
    public static IReadOnlyList<PostgresBinaries> Installed()
    {
        var npm = NpmPackage.Find() is { } package ? Probe(package.Binaries, "npm") : null;
        return [.. (npm is null ? [] : new[] { npm }), .. SystemFolders().Select(folder => Probe(folder, "system")).OfType<PostgresBinaries>()];
    }

    /// <summary>The one to use for a cluster of that major version (null: for a new cluster).</summary>
    public static PostgresBinaries Choose(IReadOnlyList<PostgresBinaries> installed, int? clusterMajor, string cluster)
    {
        var usable = installed.Where(found => found.Major >= OldestMajor).ToList();
        var chosen = usable.FirstOrDefault(found => clusterMajor is null || found.Major == clusterMajor);
        if (chosen is not null)
            return chosen;
        var there = installed.Count == 0 ? "none is installed" : "found " + string.Join(", ", installed.Select(found => $"{found.Major} in {found.Folder}"));
        throw new BrokenWorldException(clusterMajor is null
            ? $"No PostgreSQL {OldestMajor} or later: {there}. Run 'npm ci', install PostgreSQL, or name one in MODELHUB__DATABASE."
            : $"The data in {cluster} were written by PostgreSQL {clusterMajor}, and only that version can read them: {there}. "
              + $"Install PostgreSQL {clusterMajor}, or use another data folder.");
    }

    private static IEnumerable<string> SystemFolders()
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        string[] roots = ["/usr/lib/postgresql", "/opt/homebrew/opt"];
        var packaged = roots.Where(Directory.Exists)
            .SelectMany(root => Directory.EnumerateDirectories(root))
            .Select(version => Path.Combine(version, "bin"))
            .OrderByDescending(folder => folder, StringComparer.Ordinal);
        return path.Concat(packaged).Where(folder => File.Exists(Path.Combine(folder, "initdb"))).Distinct();
    }

    private static PostgresBinaries? Probe(string folder, string origin)
    {
        var start = new ProcessStartInfo(Path.Combine(folder, "postgres"), "--version") { RedirectStandardOutput = true, RedirectStandardError = true };
        if (!File.Exists(start.FileName))
            return null;
        using var process = Process.Start(start);
        var output = process?.StandardOutput.ReadToEnd() ?? "";
        process?.WaitForExit();
        var match = VersionNumber().Match(output);
        return match.Success ? new PostgresBinaries(folder, int.Parse(match.Groups[1].Value), origin) : null;
    }

    [GeneratedRegex(@"\(PostgreSQL\) (\d+)")]
    private static partial Regex VersionNumber();
}
