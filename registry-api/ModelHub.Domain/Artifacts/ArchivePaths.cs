namespace ModelHub.Domain.Artifacts;

/// <summary>The names seen so far in one bundle; refuses those that climb out, clash, or mean something else on another system.</summary>
internal sealed class ArchivePaths(ArchiveLimits limits)
{
    // Ordinal without case: two names that differ only in case are one file on Windows and macOS.
    private readonly HashSet<string> files = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> folders = new(StringComparer.OrdinalIgnoreCase);
    private int count;

    public string? Add(string name, bool folder, out string path)
    {
        path = "";
        if (++count > limits.Entries)
            return $"more than {limits.Entries} entries";
        if (Fault(name) is { } fault)
            return fault;
        var parts = name.TrimEnd('/').Split('/').Where(part => part != ".").ToArray();
        path = string.Join('/', parts);
        if (path.Length == 0)
            return folder ? null : "an entry without a name";
        return Clash(parts, path, folder);
    }

    public static string Printable(string name)
    {
        var cut = name.Length > 100 ? name[..100] + "…" : name;
        return string.Concat(cut.Select(c => char.IsControl(c) || char.IsSurrogate(c) ? '?' : c));
    }

    private string? Fault(string name)
    {
        if (name.Length == 0)
            return "an entry without a name";
        if (name.Length > limits.PathLength)
            return $"a name longer than {limits.PathLength} characters";
        if (name.Any(char.IsControl))
            return "a control character in the name";
        if (name.Contains('\\'))
            return "a backslash in the name";
        if (name[0] == '/' || name is [_, ':', ..])
            return "an absolute path";
        var parts = name.TrimEnd('/').Split('/');
        if (parts.Any(part => part == ".."))
            return "a path that climbs out of the bundle";
        return parts.Any(part => part.Length == 0) ? "an empty part in the path" : null;
    }

    private string? Clash(string[] parts, string path, bool folder)
    {
        for (var depth = 1; depth < parts.Length; depth++)
        {
            var parent = string.Join('/', parts[..depth]);
            if (files.Contains(parent))
                return "a path below a file";
            folders.Add(parent);
        }
        if (folder)
        {
            folders.Add(path);
            return files.Contains(path) ? "a folder with the name of a file" : null;
        }
        if (folders.Contains(path))
            return "a file with the name of a folder";
        return files.Add(path) ? null : "a second entry with the same name";
    }
}
