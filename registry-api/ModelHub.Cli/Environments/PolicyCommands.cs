using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Terminal;

namespace ModelHub.Cli.Environments;

/// <summary><c>policy show | set | dry-run | backtest</c>.</summary>
internal static class PolicyCommands
{
    public static Command Create(Client client) => new("policy", "What an environment asks for before traffic")
    {
        Show(client), Set(client), TryPolicyCommands.DryRun(client), TryPolicyCommands.Backtest(client),
    };

    private static Command Show(Client client)
    {
        var environment = new Argument<string>("ENV");
        var history = new Option<bool>("--history") { Description = "Every policy it ever had, newest first" };
        return client.Runs(new Command("show", "The policy as a file would say it") { environment, history }, async (parsed, session, ct) =>
        {
            var name = parsed.GetRequiredValue(environment);
            return parsed.GetValue(history) ? await HistoryAsync(session, name, ct) : await PolicyAsync(session, name, ct);
        });
    }

    private static async Task<Outcome> PolicyAsync(Session session, string name, CancellationToken ct)
    {
        var read = (await session.Graph.QueryAsync(Documents.ReadPolicy, new { environment = name }, ct))["environment"] ?? throw Missing.Of("Environment", name);
        var policy = PolicyFile.Written(read["policy"])!;
        return Outcome.Done(
            new() { ["environment"] = name, ["revision"] = read["revision"].Copy(), ["number"] = read["policyNumber"].Copy(), ["digest"] = read["policyDigest"].Copy(), ["policy"] = policy },
            policy.ToJsonString(Screen.Readable));
    }

    private static async Task<Outcome> HistoryAsync(Session session, string name, CancellationToken ct)
    {
        var versions = await session.Graph.AllAsync(
            Documents.ReadPolicyHistory, new() { ["environment"] = name }, data => (data["environment"] ?? throw Missing.Of("Environment", name))["policyHistory"], int.MaxValue, ct);
        return Outcome.Done(
            new() { ["versions"] = new JsonArray([.. versions.Select(one => one.DeepClone())]) },
            [.. versions.Select(one => $"{one["number"].Text(),4}  {one["at"].Text()}  {one["changedBy"].Text(),-20} {one["digest"].Text()}  {one["reason"].Text()}".TrimEnd())]);
    }

    private static Command Set(Client client)
    {
        var environment = new Argument<string>("ENV");
        var file = new Option<string>("--file") { Description = "The policy, JSON or YAML", HelpName = "FILE", Required = true };
        var reason = new Option<string?>("--reason") { Description = "Why, kept in the history", HelpName = "TEXT" };
        var expect = new Option<long?>("--expect-revision") { Description = "Refuse unless the environment has this revision now", HelpName = "N" };
        var key = new Option<string?>("--idempotency-key") { Description = "Repeating a command under the same key changes it once", HelpName = "KEY" };
        return client.Runs(new Command("set", "Replace the policy; the old one stays in its history") { environment, file, reason, expect, key }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["environment"] = parsed.GetRequiredValue(environment), ["policy"] = await PolicyFile.ReadAsync(parsed.GetRequiredValue(file), ct) };
            input.AddGiven("reason", parsed.GetValue(reason));
            input.AddGiven("idempotencyKey", parsed.GetValue(key));
            if (parsed.GetValue(expect) is { } revision)
                input["expectedRevision"] = revision;
            var set = (await session.Graph.ChangeAsync(Documents.UpdateEnvironmentPolicy, input, ct))["environment"]!;
            return Outcome.Done(
                new() { ["environment"] = set["name"].Copy(), ["revision"] = set["revision"].Copy(), ["number"] = set["policyNumber"].Copy(), ["digest"] = set["policyDigest"].Copy() },
                $"{set["name"].Text()} has policy {set["policyNumber"].Text()}, {set["policyDigest"].Text()}.");
        });
    }
}
