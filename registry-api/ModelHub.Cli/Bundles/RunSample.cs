using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Processes;
using ModelHub.Cli.Stack;

namespace ModelHub.Cli.Bundles;

/// <summary>Has ONNX Runtime of this machine answer the sample of an unpacked bundle, in a process of its own.</summary>
internal static class RunSample
{
    /// <returns>The version of ONNX Runtime that answered.</returns>
    /// <exception cref="InvalidBundleException">It answers something else, or not at all.</exception>
    public static async Task<string> RunAsync(Manifest manifest, string folder, CancellationToken ct)
    {
        var told = await AskAsync(manifest, folder, ct);
        if (told["answer"] is not { } answer)
            throw new InvalidBundleException(manifest.Entry, $"does not answer here: {told["reason"].Text()}");
        var expected = JsonNode.Parse(await File.ReadAllBytesAsync(Path.Combine(folder, Manifest.Answer), ct))!;
        return CompareAnswers.Difference(expected, answer) is { } difference
            ? throw new InvalidBundleException(manifest.Entry, $"does not answer as {Manifest.Answer} says: {difference}")
            : told["runtime"].Text();
    }

    private static async Task<JsonNode> AskAsync(Manifest manifest, string folder, CancellationToken ct)
    {
        string[] arguments =
        [
            "answer", Path.Combine(folder, manifest.Entry), Path.Combine(folder, Manifest.Request),
            "--model", manifest.Model, "--version", manifest.Version.ToString(CultureInfo.InvariantCulture),
        ];
        using var process = ChildProcess.Start(new HostPlan("answer", "ModelHub.Worker", Port: null, Settings: []).StartInfo(arguments), user: null, Signal.Term);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(ct);
        var errors = await process.StandardError.ReadToEndAsync(ct);
        await process.WaitForExitAsync(ct);
        try
        {
            return JsonNode.Parse(await output) ?? throw new JsonException("null");
        }
        catch (JsonException fault)
        {
            throw new BrokenWorldException($"The program that runs models ended with {process.ExitCode} and no answer:\n{errors}".TrimEnd(), fault);
        }
    }
}
