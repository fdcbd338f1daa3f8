using System.Text.Json;
using System.Text.Json.Serialization;
using ModelHub.Node.Artifacts;
using ModelHub.Node.Runtimes.Remote;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.Process;

/// <summary>What runtime.json in a bundle of format <c>process</c> says: the command that serves, with {socket} where it shall listen.</summary>
internal sealed record ProcessDefinition(string[] Command);

/// <summary>Versions in a process of their own, confined, that speaks the Open Inference Protocol V2 on a Unix socket.</summary>
internal abstract class ProcessVersions(NodeOptions options, ILogger log) : IRuntime
{
    public abstract string Name { get; }

    public abstract bool Takes(string format);

    public async Task<(RuntimeInstance? Instance, PlacementProblem? Problem)> OpenAsync(Assignment assignment, string path, CancellationToken ct)
    {
        var (spec, missing) = DeclaredSpec.Of(assignment, Platform(assignment));
        if (spec is null)
            return (null, missing);
        var (command, wrong) = Command(assignment, path);
        if (command is null)
            return (null, wrong);
        var confined = new ConfinedCommand(options.Python!, command, options.ProcessMemory, options.ProcessCpus);
        var (process, problem) = await ServedProcess.StartAsync(confined, Path.GetDirectoryName(path)!, options.ProcessStart, log, ct);
        if (process is null)
            return (null, problem);
        var instance = new RemoteInstance(spec, process.Client(options.Limits.BodyBytes), new V2Dialect(assignment.Model, null), () => process.MemoryBytes, process);
        if (await instance.CheckAsync(ct) is not { } unfit)
            return (instance, null);
        await instance.DisposeAsync();
        return (null, unfit);
    }

    protected abstract string Platform(Assignment assignment);

    protected abstract (IReadOnlyList<string>? Command, PlacementProblem? Problem) Command(Assignment assignment, string path);
}

/// <summary>A command of the version's own.</summary>
internal sealed class CommandVersions(NodeOptions options, ILogger<CommandVersions> log) : ProcessVersions(options, log)
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectRequiredConstructorParameters = true,
        RespectNullableAnnotations = true,
    };

    public override string Name => "process";

    public override bool Takes(string format) => format == "process";

    protected override string Platform(Assignment assignment) => "process";

    protected override (IReadOnlyList<string>? Command, PlacementProblem? Problem) Command(Assignment assignment, string path)
    {
        try
        {
            var command = JsonSerializer.Deserialize<ProcessDefinition>(File.ReadAllBytes(path), Options)?.Command;
            return command is { Length: > 0 } ? (command, null) : (null, new PlacementProblem("refused", $"{Path.GetFileName(path)} names no command."));
        }
        catch (JsonException e)
        {
            return (null, new PlacementProblem("refused", $"{Path.GetFileName(path)} is {{\"command\": [...]}}: {e.Message}"));
        }
    }
}

/// <summary>The runtime that is shipped for scikit-learn (joblib and pickle), XGBoost and TorchScript.</summary>
internal sealed class PythonVersions(NodeOptions options, ILogger<PythonVersions> log) : ProcessVersions(options, log)
{
    private static readonly string[] Formats = ["sklearn", "xgboost", "torchscript"];

    private readonly NodeOptions options = options;

    public override string Name => "python";

    public override bool Takes(string format) => Formats.Contains(format);

    protected override string Platform(Assignment assignment) => assignment.Format == "torchscript" ? "pytorch_torchscript" : assignment.Format;

    protected override (IReadOnlyList<string>? Command, PlacementProblem? Problem) Command(Assignment assignment, string path)
    {
        var signature = Path.Combine(Path.GetDirectoryName(path)!, $"signature-{assignment.VersionId:n}.json");
        File.WriteAllBytes(signature, JsonSerializer.SerializeToUtf8Bytes(assignment.Signature, JsonSerializerOptions.Web));
        return ([options.Python!, "-I", ConfinedCommand.Script("serve.py"), "--socket", "{socket}", "--format", assignment.Format, "--model", path, "--signature", signature], null);
    }
}
