namespace ModelHub.Cli.Processes;

/// <summary>Whether an unprivileged user can get to a path.</summary>
internal static class Reach
{
    /// <summary>True when every folder from the root down to <paramref name="folder"/> may be passed by anybody.</summary>
    public static bool ByAnybody(string folder)
    {
        for (var at = new DirectoryInfo(Path.GetFullPath(folder)); at is not null; at = at.Parent)
            if (!at.UnixFileMode.HasFlag(UnixFileMode.OtherExecute))
                return false;
        return true;
    }
}
