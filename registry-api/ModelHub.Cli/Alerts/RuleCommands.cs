using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Alerts;

/// <summary><c>alert rule create | list | enable | disable | delete</c>.</summary>
internal static class RuleCommands
{
    public static Command Create(Client client) => new("rule", "What is held against which limit")
    {
        New(client), List(client),
        Switch(client, "enable", "Judge by it again", true), Switch(client, "disable", "Judge by it no more; what it had fired resolves", false),
        Delete(client),
    };

    private static Command New(Client client)
    {
        var name = new Argument<string>("NAME");
        var model = new Option<string?>("--model") { Description = "Only at this model, else at every one", HelpName = "MODEL" };
        var environment = new Option<string?>("--env") { Description = "Only in this environment, else in every one", HelpName = "ENV" };
        var severity = new Option<string>("--severity") { Description = "info, warning or critical", DefaultValueFactory = _ => "warning" }.AcceptOnlyFromAmong("info", "warning", "critical");
        var description = new Option<string?>("--description") { Description = "What it means", HelpName = "TEXT" };
        var condition = new ConditionFlags();
        var command = new Command("create", "A new rule") { name, model, environment, severity, description };
        condition.AddTo(command);
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["severity"] = parsed.GetRequiredValue(severity).ToUpperInvariant(), ["condition"] = condition.Input(parsed) };
            input.AddGiven("model", parsed.GetValue(model));
            input.AddGiven("environment", parsed.GetValue(environment));
            input.AddGiven("description", parsed.GetValue(description));
            return Shown((await session.Graph.ChangeAsync(Documents.CreateAlertRule, input, ct))["alertRule"]!);
        });
    }

    private static Command List(Client client) => client.Runs(new Command("list", "All rules"), async (_, session, ct) =>
    {
        var rules = (await session.Graph.AllAsync(Documents.ListAlertRules, [], data => data["alertRules"], 10_000, ct)).Select(Document).ToList();
        return Outcome.Done(new() { ["rules"] = new JsonArray([.. rules]) }, [.. rules.Select(Line)]);
    });

    private static Command Switch(Client client, string verb, string does, bool enabled)
    {
        var name = new Argument<string>("NAME");
        return client.Runs(new Command(verb, does) { name }, async (parsed, session, ct) =>
            Shown((await session.Graph.ChangeAsync(Documents.UpdateAlertRule, new JsonObject { ["name"] = parsed.GetRequiredValue(name), ["enabled"] = enabled }, ct))["alertRule"]!));
    }

    private static Command Delete(Client client)
    {
        var name = new Argument<string>("NAME");
        return client.Runs(new Command("delete", "Judge by it no more; its alerts stay as history") { name }, async (parsed, session, ct) =>
            Shown((await session.Graph.ChangeAsync(Documents.DeleteAlertRule, new JsonObject { ["name"] = parsed.GetRequiredValue(name) }, ct))["alertRule"]!));
    }

    private static Outcome Shown(JsonNode rule)
    {
        var shown = Document(rule.AsObject());
        return Outcome.Done(shown, Line(shown));
    }

    private static JsonObject Document(JsonObject rule)
    {
        var shown = rule.DeepClone().AsObject();
        (shown["severity"], shown["model"], shown["environment"]) = (rule["severity"].Word(), rule["model"]?["name"].Copy(), rule["environment"]?["name"].Copy());
        shown["condition"]!["comparison"] = rule["condition"]!["comparison"].Word();
        shown["condition"]!["aggregate"] = rule["condition"]!["aggregate"].Word();
        return shown;
    }

    private static string Line(JsonObject rule)
    {
        var condition = rule["condition"]!;
        var limit = condition["limit"] is { } number ? number.GetValue<double>().ToString("0.####", CultureInfo.InvariantCulture) : "the monitor's limit";
        return $"{rule["name"].Text(),-20} {rule["severity"].Text(),-8} {condition["measure"].Text()} {condition["column"].Text()} {condition["comparison"].Text()} {limit}"
            + $" at {rule["model"]?.GetValue<string>() ?? "every model"} in {rule["environment"]?.GetValue<string>() ?? "every environment"}" + (rule["enabled"]!.GetValue<bool>() ? "" : "  disabled");
    }
}
