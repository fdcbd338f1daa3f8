using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Predictions;

/// <summary><c>ledger MODEL --env ENV --share 0.1 …</c>: which requests are written down, and what of them; <c>--off</c> for none.</summary>
internal static class LedgerCommand
{
    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var share = new Option<double?>("--share") { Description = "Of the requests that are answered, 0 to 1; those that fail are always taken", HelpName = "X" };
        var perSecond = new Option<int?>("--per-second") { Description = "At most so many answered ones a second, per router (100)", HelpName = "N" };
        var redact = Fields("--redact", "Fields whose values never leave the router; '*' for all inputs");
        var hash = Fields("--hash", "Fields of which only a keyed hash leaves the router");
        var bytes = new Option<int?>("--bytes") { Description = "Inputs or outputs that take more are left out (16384)", HelpName = "N" };
        var days = new Option<int?>("--days") { Description = "For how long predictions and labels are kept (30)", HelpName = "N" };
        var off = new Option<bool>("--off") { Description = "Nothing is written down from now on" };
        var command = new Command("ledger", "Say which of an endpoint's requests are written down, and what of them") { model, environment, share, perSecond, redact, hash, bytes, days, off };
        command.Validators.Add(result =>
        {
            if (result.GetValue(off) == result.GetValue(share) is not null)
                result.AddError("Give either --share or --off.");
        });
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var input = new JsonObject { ["model"] = parsed.GetRequiredValue(model), ["environment"] = parsed.GetRequiredValue(environment) };
            if (parsed.GetValue(share) is { } given)
                input["policy"] = new JsonObject
                {
                    ["share"] = given,
                    ["perSecond"] = parsed.GetValue(perSecond),
                    ["redacted"] = Names(parsed.GetValue(redact)),
                    ["hashed"] = Names(parsed.GetValue(hash)),
                    ["bytes"] = parsed.GetValue(bytes),
                    ["days"] = parsed.GetValue(days),
                };
            var ledger = (await session.Graph.ChangeAsync(Documents.SetEndpointLedger, input, ct))["endpoint"]!["ledger"].Copy();
            return Outcome.Done(
                new JsonObject { ["model"] = input["model"].Copy(), ["environment"] = input["environment"].Copy(), ["ledger"] = ledger },
                ledger is null
                    ? "Nothing is written down from now on."
                    : $"{ledger["share"].Text()} of the answered requests, at most {ledger["perSecond"].Text()} a second, and all that fail; kept for {ledger["days"].Text()} days.");
        });
    }

    private static Option<string[]> Fields(string flag, string description) =>
        new(flag) { Description = description, HelpName = "FIELD", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => [] };

    private static JsonArray Names(string[]? names) => [.. (names ?? []).SelectMany(n => n.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Select(n => (JsonNode)n)];
}
