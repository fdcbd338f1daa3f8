using System.Diagnostics;
using System.Globalization;

namespace ModelHub.Node.Runtimes.Process;

/// <summary>A command that confine.py limits before it becomes it: see there for what it may and may not.</summary>
/// <param name="Python">the interpreter</param>
/// <param name="MemoryBytes">of private memory</param>
/// <param name="Processors">it may run on so many</param>
internal sealed record ConfinedCommand(string Python, IReadOnlyList<string> Command, long MemoryBytes, int Processors)
{
    public static string Script(string name) => Path.Combine(AppContext.BaseDirectory, "Runtimes", "Process", "python", name);

    /// <param name="folder">its home, its folder for temporary files, and where its socket lies</param>
    public ProcessStartInfo StartInfo(string folder, string workingFolder, string socket)
    {
        var start = new ProcessStartInfo(Python)
        {
            WorkingDirectory = workingFolder,
            // The process lives as long as this pipe is open: it ends with this node, however that ends.
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        string[] arguments =
        [
            "-I", Script("confine.py"), MemoryBytes.ToString(CultureInfo.InvariantCulture), Processors.ToString(CultureInfo.InvariantCulture),
            .. Command.Select(part => part.Replace("{socket}", socket, StringComparison.Ordinal)),
        ];
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        var path = Environment.GetEnvironmentVariable("PATH") ?? "/usr/local/bin:/usr/bin:/bin";
        // Nothing of ours: this node's environment may hold its join token.
        start.Environment.Clear();
        start.Environment["PATH"] = path;
        start.Environment["HOME"] = start.Environment["TMPDIR"] = folder;
        start.Environment["LANG"] = "C.UTF-8";
        start.Environment["MODELHUB_SOCKET"] = socket;
        return start;
    }
}
