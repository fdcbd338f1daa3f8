using System.Security.Cryptography;
using System.Text;
using ModelHub.Cli.Processes;

namespace ModelHub.Cli.Postgres;

/// <summary>Binaries that the unprivileged user can run: below a closed folder such as /root they are copied to an open one, once.</summary>
internal static class ReachableBinaries
{
    private const UnixFileMode Open = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        | UnixFileMode.GroupRead | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherExecute;

    public static PostgresBinaries For(PostgresBinaries binaries, SystemUser? user)
    {
        if (user is null || IsOpen(binaries))
            return binaries;
        var native = Path.GetDirectoryName(binaries.Folder)!;
        var copy = Path.Combine(Cache(), "postgres-" + Fingerprint(native));
        if (!Directory.Exists(copy))
            Copy(native, copy);
        return binaries with { Folder = Path.Combine(copy, "bin") };
    }

    private static bool IsOpen(PostgresBinaries binaries) =>
        Reach.ByAnybody(binaries.Folder)
        && File.GetUnixFileMode(binaries.Postgres).HasFlag(UnixFileMode.OtherRead | UnixFileMode.OtherExecute);

    /// <summary>A folder only root can write to, so that nobody can slip other binaries in.</summary>
    private static string Cache()
    {
        var folder = "/var/cache/modelhub";
        Directory.CreateDirectory(folder, Open);
        File.SetUnixFileMode(folder, Open);
        return Reach.ByAnybody(folder) ? folder : throw new BrokenWorldException(
            $"PostgreSQL runs as an unprivileged user, which cannot reach {folder}: give its parent folders mode 0755.");
    }

    private static string Fingerprint(string native)
    {
        var postgres = new FileInfo(Path.Combine(native, "bin", "postgres"));
        var seen = FormattableString.Invariant($"{native}|{postgres.Length}|{postgres.LastWriteTimeUtc.Ticks}");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(seen)))[..16];
    }

    private static void Copy(string native, string copy)
    {
        var scratch = Directory.CreateDirectory(copy + "." + Guid.NewGuid().ToString("N"), Open).FullName;
        CopyFolder(native, scratch);
        try
        {
            Directory.Move(scratch, copy);
        }
        catch (IOException) when (Directory.Exists(copy))
        {
            Directory.Delete(scratch, recursive: true);
        }
    }

    private static void CopyFolder(string from, string to)
    {
        foreach (var entry in new DirectoryInfo(from).EnumerateFileSystemInfos())
        {
            var target = Path.Combine(to, entry.Name);
            if (entry.LinkTarget is { } link)
                File.CreateSymbolicLink(target, link);
            else if (entry is DirectoryInfo)
                CopyFolder(entry.FullName, Directory.CreateDirectory(target, Open).FullName);
            else
            {
                File.Copy(entry.FullName, target);
                File.SetUnixFileMode(target, Open);
            }
        }
    }
}
