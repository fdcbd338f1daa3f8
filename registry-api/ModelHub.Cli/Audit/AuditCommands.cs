using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Audit;

/// <summary><c>audit verify | evidence | export</c>.</summary>
internal static class AuditCommands
{
    public static Command Create(Client client) => new("audit", "The record of every change") { Verify(client), Evidence(client), Export(client) };

    public static async Task<JsonObject> VerifyAsync(GraphClient graph, CancellationToken ct) =>
        (await graph.QueryAsync(Documents.VerifyAudit, null, ct))["auditVerification"]!.DeepClone().AsObject();

    private static Command Verify(Client client) =>
        client.Runs(new Command("verify", "Check the hash chain over all events"), async (_, session, ct) =>
        {
            var verified = await VerifyAsync(session.Graph, ct);
            return verified["ok"]!.GetValue<bool>()
                ? Outcome.Done(verified, $"Intact: {verified["eventsChecked"].Text()} events, sealed up to {verified["sealedUpTo"].Text()}.")
                : new Outcome(ExitCode.Failed, verified, $"Broken at event {verified["firstFault"]?["sequence"].Text()}: {verified["firstFault"]?["reason"].Text()}");
        });

    private static Command Evidence(Client client)
    {
        var promotion = new Argument<string>("PROMOTION");
        return client.Runs(new Command("evidence", "Judge the stored evidence of a promotion again") { promotion }, async (parsed, session, ct) =>
        {
            var verified = (await session.Graph.QueryAsync(Documents.VerifyEvidence, new { id = parsed.GetRequiredValue(promotion) }, ct))["verifyEvidence"]!.DeepClone().AsObject();
            return new Outcome(
                verified["agrees"]!.GetValue<bool>() ? ExitCode.Done : ExitCode.Failed, verified,
                [.. verified["evidence"].Items().Select(row => $"{row["stored"].Word(),-12} {row["gate"].Text()}: {row["fault"]?.ToString() ?? "agrees"}")]);
        });
    }

    private static Command Export(Client client)
    {
        var since = new Option<long?>("--after") { Description = "Only events after this sequence number", HelpName = "N" };
        var output = new Option<string?>("--output") { Description = "A file, else standard output", HelpName = "FILE" };
        return client.Runs(new Command("export", "All events, one JSON object a line (with --json: one document)") { since, output }, async (parsed, session, ct) =>
        {
            var where = parsed.GetValue(since) is { } after ? new JsonObject { ["sequence"] = new JsonObject { ["gt"] = after } } : null;
            var events = await session.Graph.AllAsync(Documents.ExportEvents, new() { ["where"] = where }, data => data["events"], int.MaxValue, ct);
            var lines = events.Select(one => one.ToJsonString(Screen.Readable)).ToArray();
            if (parsed.GetValue(output) is not { } file)
                return Outcome.Done(new() { ["events"] = new JsonArray([.. events.Select(one => one.DeepClone())]) }, lines);
            await File.WriteAllLinesAsync(file, lines, ct);
            return Outcome.Done(new() { ["events"] = lines.Length, ["file"] = file }, $"{lines.Length} events in {file}.");
        });
    }
}
