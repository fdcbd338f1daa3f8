using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Batches;

/// <summary><c>batch show</c>, <c>batch list</c> and <c>batch cancel</c>.</summary>
internal static class BatchRunCommands
{
    public static IEnumerable<Command> Create(Client client) => [Show(client), List(client), Cancel(client)];

    private static Command Show(Client client)
    {
        var id = new Argument<string>("ID");
        return client.Runs(new Command("show", "How far a batch run is") { id }, async (parsed, session, ct) =>
            BatchView.Outcome(await BatchView.ReadAsync(session.Graph, parsed.GetRequiredValue(id), ct), ExitCode.Done));
    }

    private static Command List(Client client)
    {
        var limit = new Option<int>("--limit") { Description = "How many, the newest first", HelpName = "N", DefaultValueFactory = _ => 50 };
        return client.Runs(new Command("list", "Batch runs, the newest first") { limit }, async (parsed, session, ct) =>
        {
            var runs = await session.Graph.AllAsync(Documents.ListBatches, [], data => data["batches"], parsed.GetValue(limit), ct);
            return Outcome.Done(
                new() { ["batches"] = new JsonArray([.. runs.Select(BatchView.Document)]) },
                [.. runs.Select(run => $"{run["requestedAt"].Text()}  {run["id"].Text()}  {run["state"].Word(),-10} {BatchView.Document(run)["version"].Text()}  {BatchView.Progress(run)}  {run["failure"].Text()}".TrimEnd())]);
        });
    }

    private static Command Cancel(Client client)
    {
        var id = new Argument<string>("ID");
        return client.Runs(new Command("cancel", "Stop a batch run") { id }, async (parsed, session, ct) =>
        {
            await session.Graph.ChangeAsync(Documents.CancelBatch, new JsonObject { ["run"] = parsed.GetRequiredValue(id) }, ct);
            return BatchView.Outcome(await BatchView.ReadAsync(session.Graph, parsed.GetRequiredValue(id), ct), ExitCode.Done);
        });
    }
}
