using System.Diagnostics;

namespace ModelHub.Cli.Stack;

/// <summary>One of our programs and how it is started.</summary>
/// <param name="Name">Its name in the stack, also of its log file.</param>
/// <param name="Assembly">The program.</param>
/// <param name="Port">Where it listens; null for one that does its work and ends.</param>
/// <param name="Settings">Configuration keys without their prefix.</param>
internal sealed record HostPlan(string Name, string Assembly, int? Port, Dictionary<string, string> Settings)
{
    private const string Prefix = "MODELHUB__";

    // Given to a host by name only: whoever needs none of them must not inherit them either.
    private static readonly string[] secrets = ["DATABASE", "JOINTOKEN", "SECRETSKEY", "SECRETSKEYBEFORE", "TOKEN"];

    public ProcessStartInfo StartInfo(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program(Assembly), .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var secret in secrets)
            start.Environment.Remove(Prefix + secret);
        start.Environment.Remove("MODELHUB_TOKEN");
        foreach (var (key, value) in Settings)
            start.Environment[Prefix + key] = value;
        if (Port is not null)
            start.Environment[Prefix + "URLS"] = $"http://127.0.0.1:{Port}";
        start.Environment["DOTNET_ENVIRONMENT"] = "Production";
        start.Environment["ASPNETCORE_ENVIRONMENT"] = "Production";
        // Many small processes share this machine: a heap for each core of each of them would be waste.
        start.Environment["DOTNET_gcServer"] = "0";
        // Idle pool threads that spin cost half of the processor at low load.
        start.Environment["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit"] = "0";
        return start;
    }

    /// <summary>The hosts lie beside the command line, each in a folder of its name.</summary>
    private static string Program(string assembly)
    {
        var folder = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!;
        var program = Path.Combine(folder, assembly, assembly + ".dll");
        return File.Exists(program)
            ? program
            : throw new BrokenWorldException($"{program} is missing: start ModelHub with ./modelhub, which builds it.");
    }
}
