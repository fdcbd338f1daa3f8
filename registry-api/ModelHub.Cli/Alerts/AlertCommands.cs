using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Alerts;

/// <summary><c>alert rule | silence | silences | unsilence | ack</c>.</summary>
internal static class AlertCommands
{
    public static Command Create(Client client) => new("alert", "Rules that figures are held against, and silences")
    {
        RuleCommands.Create(client), Silence(client), Silences(client), Unsilence(client), Acknowledge(client),
    };

    private static Command Silence(Client client)
    {
        var rule = new Option<string?>("--rule") { Description = "Alerts of this rule", HelpName = "NAME" };
        var model = new Option<string?>("--model") { Description = "At this model", HelpName = "MODEL" };
        var environment = new Option<string?>("--env") { Description = "In this environment", HelpName = "ENV" };
        var measure = new Option<string?>("--measure") { Description = "Of this measure", HelpName = "MEASURE" };
        var column = new Option<string?>("--column") { Description = "About this column alone", HelpName = "COLUMN" };
        var time = Duration.Option("--time", "For how long", TimeSpan.FromHours(1));
        var why = new Option<string>("--why") { Description = "The reason", HelpName = "TEXT", Required = true };
        return client.Runs(new Command("silence", "Tell nobody of the alerts that match, for a while") { rule, model, environment, measure, column, time, why }, async (parsed, session, ct) =>
        {
            var matcher = new JsonObject();
            foreach (var (name, option) in ((string, Option<string?>)[])[("rule", rule), ("model", model), ("environment", environment), ("measure", measure), ("column", column)])
                matcher.AddGiven(name, parsed.GetValue(option));
            var until = DateTimeOffset.UtcNow + parsed.GetValue(time);
            var input = new JsonObject { ["matcher"] = matcher, ["until"] = until.ToString("O", CultureInfo.InvariantCulture), ["why"] = parsed.GetRequiredValue(why) };
            return Shown((await session.Graph.ChangeAsync(Documents.SilenceAlerts, input, ct))["silence"]!);
        });
    }

    private static Command Silences(Client client) => client.Runs(new Command("silences", "The silences that hold"), async (_, session, ct) =>
    {
        var silences = await session.Graph.AllAsync(Documents.ListSilences, new JsonObject { ["holding"] = true }, data => data["silences"], 1000, ct);
        return Outcome.Done(new() { ["silences"] = new JsonArray([.. silences.Select(Document)]) }, [.. silences.Select(s => Line(Document(s)))]);
    });

    private static Command Unsilence(Client client)
    {
        var id = new Argument<string>("SILENCE") { Description = "Its id, as silences prints it" };
        return client.Runs(new Command("unsilence", "End a silence before its time") { id }, async (parsed, session, ct) =>
            Shown((await session.Graph.ChangeAsync(Documents.EndSilence, new JsonObject { ["silence"] = parsed.GetRequiredValue(id) }, ct))["silence"]!));
    }

    private static Command Acknowledge(Client client)
    {
        var id = new Argument<string>("ALERT") { Description = "Its id, as alerts prints it" };
        var note = new Option<string?>("--note") { Description = "What is done about it", HelpName = "TEXT" };
        return client.Runs(new Command("ack", "Say that somebody looks after an alert") { id, note }, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["alert"] = parsed.GetRequiredValue(id) };
            input.AddGiven("note", parsed.GetValue(note));
            var alert = (await session.Graph.ChangeAsync(Documents.AcknowledgeAlert, input, ct))["alert"]!;
            return Outcome.Done(
                new() { ["id"] = alert["id"].Copy(), ["state"] = alert["state"].Word(), ["acknowledgedBy"] = alert["acknowledgedBy"].Copy() },
                $"{alert["rule"]!["name"].Text()} is acknowledged by {alert["acknowledgedBy"].Text()}.");
        });
    }

    private static Outcome Shown(JsonNode silence)
    {
        var shown = Document(silence.AsObject());
        return Outcome.Done(shown, Line(shown));
    }

    private static JsonObject Document(JsonObject silence)
    {
        var shown = silence.DeepClone().AsObject();
        foreach (var named in (string[])["rule", "model", "environment"])
            shown[named] = silence[named]?["name"].Copy();
        return shown;
    }

    private static string Line(JsonObject silence)
    {
        var matched = ((string[])["rule", "model", "environment", "measure", "column"]).Where(name => silence[name] is not null).Select(name => $"{name} {silence[name].Text()}");
        return $"{silence["id"].Text()}  {string.Join(", ", matched)}  until {silence["until"].Text()} by {silence["createdBy"].Text()}: {silence["why"].Text()}";
    }
}
