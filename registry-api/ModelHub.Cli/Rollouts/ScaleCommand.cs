using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Rollouts;

/// <summary><c>scale MODEL --env ENV --min N --max N</c>: replicas that follow the load; without bounds they stay as they are.</summary>
internal static class ScaleCommand
{
    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var least = new Option<int?>("--min") { Description = "Replicas at least; with --max", HelpName = "N" };
        var most = new Option<int?>("--max") { Description = "Replicas at most; with --min", HelpName = "N" };
        var outstanding = new Option<double?>("--outstanding") { Description = "Requests in work at a time per replica (4)", HelpName = "X" };
        var p99 = new Option<double?>("--p99-ms") { Description = "One more when the slowest hundredth takes longer", HelpName = "MS" };
        var cpu = new Option<double?>("--cpu") { Description = "Percent of the processors of the nodes that hold it", HelpName = "P" };
        var down = new Option<int?>("--down-after") { Description = "Seconds of less load before one goes (300)", HelpName = "S" };
        var command = new Command("scale", "Let replicas follow the load within bounds; without --min and --max they stay as they are") { model, environment, least, most, outstanding, p99, cpu, down };
        command.Validators.Add(result =>
        {
            var targets = result.GetValue(outstanding) ?? result.GetValue(p99) ?? result.GetValue(cpu) ?? result.GetValue(down);
            if (result.GetValue(least) is null != result.GetValue(most) is null || (targets is not null && result.GetValue(least) is null))
                result.AddError("--min and --max go together, and with every target.");
        });
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["model"] = parsed.GetRequiredValue(model), ["environment"] = parsed.GetRequiredValue(environment) };
            if (parsed.GetValue(least) is { } from)
                input["policy"] = new JsonObject
                {
                    ["minReplicas"] = from,
                    ["maxReplicas"] = parsed.GetValue(most),
                    ["outstandingPerReplica"] = parsed.GetValue(outstanding),
                    ["p99Ms"] = parsed.GetValue(p99),
                    ["cpuPercent"] = parsed.GetValue(cpu),
                    ["scaleDownSeconds"] = parsed.GetValue(down),
                };
            var endpoint = (await session.Graph.ChangeAsync(Documents.SetEndpointScaling, input, ct))["endpoint"]!;
            var scaling = endpoint["scaling"].Copy();
            return Outcome.Done(
                new JsonObject { ["model"] = input["model"].Copy(), ["environment"] = input["environment"].Copy(), ["scaling"] = scaling },
                scaling is null ? "Replicas stay as they are." : $"{scaling["minReplicas"].Text()} to {scaling["maxReplicas"].Text()} replicas by load.");
        });
    }
}
