using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Alerts;

/// <summary><c>alerts</c>: what fires, or did; a script learns from the exit code whether something does.</summary>
internal static class AlertsCommand
{
    private static readonly string[] States = ["pending", "firing", "resolved"];

    public static Command Create(Client client)
    {
        var model = new Option<string?>("--model") { Description = "Only at this model", HelpName = "MODEL" };
        var environment = new Option<string?>("--env") { Description = "Only in this environment", HelpName = "ENV" };
        var state = new Option<string?>("--state") { Description = string.Join(", ", States) + "; else those that are open" }.AcceptOnlyFromAmong(States);
        var limit = new Option<int>("--limit") { Description = "How many, the newest first", HelpName = "N", DefaultValueFactory = _ => 50 };
        return client.Runs(new Command("alerts", "What fires or is pending; exit code 1 when something fires that nobody silenced") { model, environment, state, limit }, async (parsed, session, ct) =>
        {
            var where = new JsonObject { ["state"] = new JsonObject { ["in"] = Wanted(parsed.GetValue(state)) } };
            where.AddGiven("model", Equal(parsed.GetValue(model)));
            where.AddGiven("environment", Equal(parsed.GetValue(environment)));
            var alerts = await session.Graph.AllAsync(Documents.ListAlerts, new JsonObject { ["where"] = where }, data => data["alerts"], parsed.GetValue(limit), ct);
            var fires = alerts.Any(alert => alert["state"].Text() == "FIRING" && alert["silenced"]?.GetValue<bool>() != true);
            return new Outcome(
                fires ? ExitCode.Failed : ExitCode.Done, new() { ["alerts"] = new JsonArray([.. alerts.Select(Document)]) }, alerts.Count == 0 ? ["No alerts."] : [.. alerts.SelectMany(Lines)]);
        });
    }

    private static JsonArray Wanted(string? state) => state is null ? ["PENDING", "FIRING"] : [state.ToUpperInvariant()];

    private static JsonObject? Equal(string? value) => value is null ? null : new JsonObject { ["eq"] = value };

    private static JsonObject Document(JsonObject alert)
    {
        var shown = alert.DeepClone().AsObject();
        shown.Remove("endpoint");
        (shown["state"], shown["severity"], shown["rule"]) = (alert["state"].Word(), alert["severity"].Word(), alert["rule"]!["name"].Copy());
        (shown["model"], shown["environment"]) = (alert["endpoint"]!["model"]!["name"].Copy(), alert["endpoint"]!["environment"]!["name"].Copy());
        return shown;
    }

    private static IEnumerable<string> Lines(JsonObject alert) =>
    [
        $"{alert["state"].Word(),-8} {alert["severity"].Word(),-8} {alert["rule"]!["name"].Text(),-20} {alert["endpoint"]!["model"]!["name"].Text()} in {alert["endpoint"]!["environment"]!["name"].Text()}"
            + (alert["silenced"]!.GetValue<bool>() ? "  silenced" : "") + (alert["acknowledgedBy"] is { } by ? $"  acknowledged by {by.Text()}" : "") + $"  {alert["id"].Text()}",
        .. alert["items"].Items().Take(5).Select(item => "  " + Item(alert["measure"].Text(), item)),
        .. alert["reason"] is { } reason ? [$"  {reason.Text()}"] : Array.Empty<string>(),
    ];

    private static string Item(string? measure, JsonObject item) =>
        item["value"] is not { } value
            ? $"{measure}: no figure since {item["since"].Text()}"
            : string.Create(CultureInfo.InvariantCulture, $"{measure} {item["column"].Text()} {value.GetValue<double>():0.####} against {item["limit"]!.GetValue<double>():0.####}, version {item["version"].Text()}, {item["samples"].Text()} samples to {item["to"].Text()}");
}
