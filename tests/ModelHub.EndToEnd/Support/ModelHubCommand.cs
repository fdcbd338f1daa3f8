using System.Diagnostics;

namespace ModelHub.EndToEnd.Support;

/// <summary>Calls of the <c>./modelhub</c> script, as a person or a CI job makes them.</summary>
internal static class ModelHubCommand
{
    public static async Task<CommandResult> RunAsync(IEnumerable<string> arguments, TimeSpan limit, CancellationToken ct)
    {
        using var process = Start(arguments);
        return await process.ResultAsync($"modelhub {string.Join(' ', arguments)}", limit, ct);
    }

    public static Process Start(IEnumerable<string> arguments, string? database = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo("bash")
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.ArgumentList.Add(Path.Combine(Repository.Root, "modelhub"));
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        foreach (var name in start.Environment.Keys.Where(IsOurs).ToList())
            start.Environment.Remove(name);
        if (database is not null)
            start.Environment["MODELHUB__DATABASE"] = database;
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start) ?? throw new InvalidOperationException("bash did not start.");
    }

    // A test chooses its own stack: what the shell that runs the tests points at must not leak in.
    private static bool IsOurs(string name) => name.StartsWith("MODELHUB_", StringComparison.Ordinal);
}
