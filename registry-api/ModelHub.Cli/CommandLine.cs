using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Parsing;
using ModelHub.Cli.Access;
using ModelHub.Cli.Alerts;
using ModelHub.Cli.Artifacts;
using ModelHub.Cli.Audit;
using ModelHub.Cli.Backup;
using ModelHub.Cli.Batches;
using ModelHub.Cli.Bundles;
using ModelHub.Cli.Data;
using ModelHub.Cli.Demo;
using ModelHub.Cli.Environments;
using ModelHub.Cli.Experiments;
using ModelHub.Cli.Explanations;
using ModelHub.Cli.Models;
using ModelHub.Cli.Monitoring;
using ModelHub.Cli.Nodes;
using ModelHub.Cli.Operations;
using ModelHub.Cli.Predictions;
using ModelHub.Cli.Promotions;
using ModelHub.Cli.Rollouts;
using ModelHub.Cli.Schema;
using ModelHub.Cli.Shadows;
using ModelHub.Cli.Stack;
using ModelHub.Cli.Testing;
using ModelHub.Cli.Training;
using ModelHub.Cli.Versions;
using ModelHub.Cli.Webhooks;

namespace ModelHub.Cli;

/// <summary>All commands, and how each way of ending becomes an exit code.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments, CancellationToken ct)
    {
        var parsed = Root().Parse(arguments);
        if (parsed.Errors.Count > 0 && parsed.Action is not HelpAction)
            return WrongUsage(parsed);
        try
        {
            var invocation = new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null };
            return await parsed.InvokeAsync(invocation, ct);
        }
        catch (BrokenWorldException fault)
        {
            await Console.Error.WriteLineAsync(fault.Message);
            return ExitCode.Failed;
        }
        catch (HttpRequestException fault)
        {
            await Console.Error.WriteLineAsync($"The API does not answer: {fault.Message}. Give its address with --url.");
            return ExitCode.Failed;
        }
    }

    internal static RootCommand Root()
    {
        var client = new Client();
        var root = new RootCommand("ModelHub: a model registry and deployment control plane")
        {
            client.Json,
            client.Url,
            client.Token,
            UpCommand.Create(client.Json),
            DownCommand.Create(client.Json),
            DemoCommand.Create(client.Json),
            LoginCommand.Create(client),
            LoginLinkCommand.Create(client),
            ModelCommands.Create(client),
            VersionCommands.Create(client),
            AliasCommands.Create(client),
            DataCommands.Create(client),
            CheckCommand.Create(client),
            PromoteCommand.Create(client),
        };
        foreach (var command in DecisionCommands.Create(client))
            root.Subcommands.Add(command);
        foreach (var command in new[] { RollbackCommand.Create(client), ScaleCommand.Create(client), TrafficCommand.Create(client), MonitorCommand.Create(client), ExplainCommand.Create(client), LedgerCommand.Create(client), ShadowCommands.Create(client), ExperimentCommands.Create(client), EnvironmentCommands.Create(client), PolicyCommands.Create(client), PipelineCommands.Create(client), TrainCommand.Create(client), BatchCommand.Create(client) })
            root.Subcommands.Add(command);
        foreach (var command in LabelCommands.Create(client))
            root.Subcommands.Add(command);
        foreach (var command in new[] { NodeCommands.Create(client), OperationCommands.Create(client), TokenCommands.Create(client), AuditCommands.Create(client), WebhookCommands.Create(client), AlertsCommand.Create(client), AlertCommands.Create(client), BundleCommands.Create(client), ArtifactCommands.Create(client), SchemaCommand.Create(client) })
            root.Subcommands.Add(command);
        root.Subcommands.Add(BackupCommand.Create(client.Json));
        root.Subcommands.Add(RestoreCommand.Create(client.Json));
        root.Subcommands.Add(TestCommand.Create());
        root.Subcommands.Add(BenchCommand.Create());
        return root;
    }

    private static int WrongUsage(ParseResult parsed)
    {
        foreach (var error in parsed.Errors)
            Console.Error.WriteLine(error.Message);
        Console.Error.WriteLine("See: ./modelhub " + string.Join(' ', Path(parsed).Append("--help")));
        return ExitCode.WrongUsage;
    }

    private static Stack<string> Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var result = parsed.CommandResult; result.Parent is CommandResult parent; result = parent)
            names.Push(result.Command.Name);
        return names;
    }
}
