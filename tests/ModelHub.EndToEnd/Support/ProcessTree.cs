using System.Globalization;

namespace ModelHub.EndToEnd.Support;

/// <summary>Who descends from whom, as the kernel tells it.</summary>
internal static class ProcessTree
{
    /// <summary>Every process whose chain of parents leads to the root, the root last.</summary>
    public static List<int> Of(int root)
    {
        var parents = Directory.GetDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Parent: ParentOf(id)))
            .ToLookup(pair => pair.Parent, pair => pair.Id);
        var found = new List<int>();
        void Visit(int id)
        {
            foreach (var child in parents[id])
                Visit(child);
            found.Add(id);
        }
        Visit(root);
        return found;
    }

    /// <summary>The hosts among them: processes of ours that are not there for one file only.</summary>
    public static List<int> Hosts(int root) =>
        [.. Of(root).Where(id => Command(id) is var command && command.Contains("ModelHub.", StringComparison.Ordinal) && !command.Contains("\0validate\0", StringComparison.Ordinal))];

    /// <summary>Those of them that run one assembly of ours, such as <c>ModelHub.Node</c>, and stay.</summary>
    public static List<int> Running(int root, string assembly) =>
        [.. Hosts(root).Where(id => Command(id).Split('\0').Any(part => Path.GetFileNameWithoutExtension(part) == assembly)).Order()];

    private static string Command(int id)
    {
        try
        {
            return File.ReadAllText($"/proc/{id}/cmdline");
        }
        catch (IOException)
        {
            // It ended between the listing and the look.
            return "";
        }
    }

    private static int ParentOf(int id)
    {
        try
        {
            // "pid (name) state ppid …": the name may hold blanks and brackets, so count from its closing one.
            var stat = File.ReadAllText($"/proc/{id}/stat");
            return int.Parse(stat[(stat.LastIndexOf(')') + 2)..].Split(' ')[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It ended between the listing and the look.
            return -1;
        }
    }
}
