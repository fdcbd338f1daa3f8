using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Versions;

namespace ModelHub.Cli.Environments;

/// <summary><c>policy dry-run | backtest</c>: what a policy says now, and what it would have said. Both only read.</summary>
internal static class TryPolicyCommands
{
    public static Command DryRun(Client client)
    {
        var (environment, version, file) = (new Argument<string>("ENV"), VersionName.Argument("MODEL@V", "Which version"), PolicyFile.Option());
        return client.Runs(new Command("dry-run", "The verdict of every gate on a version, without side effects") { environment, version, file }, async (parsed, session, ct) =>
        {
            var wanted = parsed.GetRequiredValue(version);
            var variables = await WithDraftAsync(new() { ["environment"] = parsed.GetRequiredValue(environment), ["model"] = wanted.Name, ["version"] = wanted.Number }, parsed.GetValue(file), ct);
            var run = (await session.Graph.QueryAsync(Documents.DryRunPolicy, variables, ct))["dryRunPolicy"]!.DeepClone().AsObject();
            return new Outcome(Code(run["verdict"].Text()), run,
            [
                .. run["gates"].Items().Select(gate => $"{gate["verdict"].Word(),-12} {gate["gate"].Text()}: {gate["reason"].Text()}"),
                $"{run["verdict"].Word()}; {run["approvals"].Text()} approvals would be asked for{(run["frozen"] is { } frozen ? $"; {frozen} holds traffic now" : "")}.",
            ]);
        });
    }

    public static Command Backtest(Client client)
    {
        var (environment, file) = (new Argument<string>("ENV"), PolicyFile.Option());
        var since = new Option<DateTimeOffset?>("--since") { Description = "From when; else a year before the end", HelpName = "TIME" };
        var until = new Option<DateTimeOffset?>("--until") { Description = "Up to when; else now", HelpName = "TIME" };
        var first = new Option<int>("--first") { Description = "How many differences to show, the newest first", HelpName = "N", DefaultValueFactory = _ => 100 };
        return client.Runs(new Command("backtest", "What a policy would have decided differently") { environment, file, since, until, first }, async (parsed, session, ct) =>
        {
            var variables = await WithDraftAsync(new() { ["environment"] = parsed.GetRequiredValue(environment), ["first"] = parsed.GetValue(first) }, parsed.GetValue(file), ct);
            variables["since"] = parsed.GetValue(since) is { } from ? JsonValue.Create(from) : null;
            variables["until"] = parsed.GetValue(until) is { } to ? JsonValue.Create(to) : null;
            var test = (await session.Graph.QueryAsync(Documents.BacktestPolicy, variables, ct))["backtestPolicy"]!.DeepClone().AsObject();
            return Outcome.Done(test, Lines(test));
        });
    }

    private static async Task<JsonObject> WithDraftAsync(JsonObject variables, string? file, CancellationToken ct)
    {
        if (file is not null)
            variables["draft"] = await PolicyFile.ReadAsync(file, ct);
        return variables;
    }

    private static int Code(string verdict) => verdict switch
    {
        "PASS" => ExitCode.Done,
        "FAIL" => ExitCode.Refused,
        _ => ExitCode.Waiting,
    };

    private static string[] Lines(JsonObject test)
    {
        var sums = test["sums"]!;
        return
        [
            $"{sums["promotions"].Text()} promotions: {sums["same"].Text()} as they were, {sums["wouldBeRefused"].Text()} refused, {sums["wouldBeLetIn"].Text()} let in, {sums["wouldWait"].Text()} waiting.",
            .. sums["gates"].Items().Select(gate => $"  {gate["gate"].Text(),-28} {gate["pass"].Text()} pass, {gate["fail"].Text()} fail, {gate["inconclusive"].Text()} inconclusive ({gate["notRecorded"].Text()} not recorded)"),
            .. test["differences"].Items().Select(one => $"  {one["model"].Text()}@{one["version"].Text()} of {one["requestedAt"].Text()}: {one["then"].Word()} → {one["now"].Word()}, {string.Join("; ", one["because"].Items().Select(gate => $"{gate["gate"].Text()}: {gate["reason"].Text()}"))}"),
            .. test["leftOff"].Whole() is > 0 and var more ? [$"  and {more} more."] : Array.Empty<string>(),
        ];
    }
}
