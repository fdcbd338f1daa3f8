using System.Diagnostics;
using System.Globalization;

namespace ModelHub.Benchmarks.Serving;

/// <summary>Processor time of a process and its living children, from /proc.</summary>
internal static class CpuTime
{
    private const double TicksPerSecond = 100; // USER_HZ, the same on every Linux

    public static TimeSpan OfTree(int process)
    {
        var all = Directory.EnumerateDirectories("/proc")
            .Select(folder => int.TryParse(Path.GetFileName(folder), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Stat(id) : null)
            .OfType<(int Id, int Parent, double Ticks)>().ToArray();
        return TimeSpan.FromSeconds(Tree(all, process).Sum(p => p.Ticks) / TicksPerSecond);
    }

    /// <summary>Resident bytes of a process and its children.</summary>
    public static long MemoryOfTree(int process)
    {
        var all = Process.GetProcesses();
        var stats = all.Select(p => Stat(p.Id)).OfType<(int Id, int Parent, double Ticks)>().ToArray();
        var tree = Tree(stats, process).Select(p => p.Id).ToHashSet();
        return all.Where(p => tree.Contains(p.Id)).Sum(p => p.WorkingSet64);
    }

    /// <summary>Resident bytes of one process; 0 when it has ended.</summary>
    public static long MemoryOf(int process)
    {
        try
        {
            using var one = Process.GetProcessById(process);
            return one.WorkingSet64;
        }
        catch (ArgumentException)
        {
            return 0;
        }
    }

    private static IEnumerable<(int Id, int Parent, double Ticks)> Tree((int Id, int Parent, double Ticks)[] all, int root) =>
        all.Where(p => p.Id == root).Concat(all.Where(p => p.Parent == root).SelectMany(child => Tree(all, child.Id)));

    // "pid (name) state ppid … utime stime": the name may hold blanks and brackets.
    private static (int Id, int Parent, double Ticks)? Stat(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            double Number(int field) => double.Parse(fields[field], CultureInfo.InvariantCulture);
            return (id, (int)Number(1), Number(11) + Number(12));
        }
        catch (IOException)
        {
            // It ended between the two looks.
            return null;
        }
    }
}
