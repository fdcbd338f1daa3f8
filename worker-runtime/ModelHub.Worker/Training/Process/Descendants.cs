using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace ModelHub.Worker.Training.Process;

/// <summary>
/// All that a command has started, also what left its process group or session: found in /proc by the chain of parents, and by a mark in the
/// environment that every descendant inherits. Only what takes another session, loses its parent and clears its environment is not found.
/// Elsewhere than on Linux there is no /proc, and only the process group is ended.
/// </summary>
internal static class Descendants
{
    /// <summary>The variable that holds the mark.</summary>
    public const string Variable = "MODELHUB_RUN_MARK";

    private const int Kill = 9;

    /// <summary>A process that forks while it is looked for is found in the next round.</summary>
    private const int Rounds = 20;

    /// <summary>Returns when none is left, or after so many rounds with the ones that do not go.</summary>
    /// <param name="leader">The first process while it lives; null when it is gone, and its number may be another's.</param>
    public static async Task EndAsync(string mark, int? leader = null)
    {
        if (!OperatingSystem.IsLinux()) return;
        var wanted = Encoding.ASCII.GetBytes($"{Variable}={mark}\0");
        for (var round = 0; round < Rounds; round++)
        {
            var found = Find(round == 0 ? leader : null, wanted);
            if (found.Count == 0) return;
            foreach (var process in found) _ = SendSignal(process, Kill);
            await Task.Delay(round < 5 ? 2 : 50);
        }
    }

    private static List<int> Find(int? leader, byte[] mark)
    {
        var parents = new Dictionary<int, int>();
        var marked = new HashSet<int>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id) || Parent(folder) is not { } parent) continue;
            parents[id] = parent;
            if (HasMark(folder, mark)) marked.Add(id);
        }
        return [.. parents.Keys.Where(id => marked.Contains(id) || (leader is { } first && Comes(id, first, parents)))];
    }

    private static bool Comes(int id, int leader, Dictionary<int, int> parents)
    {
        for (var steps = 0; id > 1 && steps < parents.Count; steps++)
        {
            if (id == leader) return true;
            if (!parents.TryGetValue(id, out id)) return false;
        }
        return false;
    }

    /// <summary>Null: gone, or dead and only not collected yet.</summary>
    private static int? Parent(string folder)
    {
        // "17 (a name) with ) in it) S 1 …": the name ends at the last bracket.
        if (Read(folder + "/stat") is not { } bytes) return null;
        var stat = Encoding.UTF8.GetString(bytes);
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 && fields[0] is not ("Z" or "X") && int.TryParse(fields[1], CultureInfo.InvariantCulture, out var parent) ? parent : null;
    }

    private static bool HasMark(string folder, byte[] mark) => Read(folder + "/environ") is { } environment && environment.AsSpan().IndexOf(mark) >= 0;

    /// <summary>Null: it is gone, or another user's.</summary>
    private static byte[]? Read(string path)
    {
        try
        {
            return File.ReadAllBytes(path);
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [DllImport("libc", EntryPoint = "kill", ExactSpelling = true)]
    private static extern int SendSignal(int process, int signal);
}
