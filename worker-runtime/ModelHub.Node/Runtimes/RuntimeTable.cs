using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes;

/// <summary>The runtimes of this node.</summary>
internal sealed class RuntimeTable(IEnumerable<IRuntime> runtimes)
{
    private readonly IRuntime[] runtimes = [.. runtimes];

    public string[] Names => [.. runtimes.Select(r => r.Name)];

    public IRuntime? For(Assignment assignment) =>
        Array.Find(runtimes, r => r.Name == assignment.Runtime && r.Takes(assignment.Format));
}
