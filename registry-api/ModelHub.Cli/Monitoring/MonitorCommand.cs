using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Monitoring;

/// <summary>
/// <c>monitor MODEL --env ENV</c>: what was found in the last window of an endpoint's traffic. Ends with 0 when nothing is beyond its limit, 1 when something
/// is, 3 when no window was judged in that time.
/// </summary>
internal static class MonitorCommand
{
    private const int MostColumns = 20;

    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var since = Duration.Option("--since", "How far to look back", TimeSpan.FromHours(1));
        return client.Runs(new Command("monitor", "What monitors found in an endpoint's traffic") { model, environment, since }, async (parsed, session, ct) =>
        {
            var (name, place) = (parsed.GetRequiredValue(model), parsed.GetRequiredValue(environment));
            var from = DateTimeOffset.UtcNow - parsed.GetValue(since);
            var asked = new JsonObject { ["model"] = name, ["environment"] = place, ["from"] = from.ToString("O", CultureInfo.InvariantCulture) };
            var endpoint = (await session.Graph.QueryAsync(Documents.ReadMonitors, asked, ct))["endpoint"] as JsonObject
                ?? throw new BrokenWorldException($"{name} has no endpoint in {place}, or it may not be seen.");
            return Shown(name, place, endpoint);
        });
    }

    private static Outcome Shown(string model, string environment, JsonObject endpoint)
    {
        var all = endpoint["monitors"].Items().ToList();
        var last = all.Count == 0 ? null : all[0]["windowTo"].Text();
        var values = all.Where(value => value["windowTo"].Text() == last).ToList();
        var breaches = values.Where(IsBreach).ToList();
        var document = new JsonObject
        {
            ["model"] = model,
            ["environment"] = environment,
            ["windowTo"] = last,
            ["breaches"] = new JsonArray([.. breaches.Select(value => value.Copy())]),
            ["values"] = new JsonArray([.. values.Select(value => value.Copy())]),
            ["drift"] = endpoint["driftReport"].Copy(),
        };
        var code = last is null ? 3 : breaches.Count > 0 ? ExitCode.Failed : ExitCode.Done;
        return new Outcome(code, document, last is null ? ["No window was judged in that time."] : [.. Lines(last, values, breaches)]);
    }

    private static IEnumerable<string> Lines(string last, IReadOnlyList<JsonObject> values, IReadOnlyList<JsonObject> breaches)
    {
        yield return $"Window until {last}: {values.Count} figures, {values.Count(value => value["value"] is null)} inconclusive, {breaches.Count} beyond their limits.";
        foreach (var value in breaches)
            yield return $"! {Line(value)}, limit {Number(value["threshold"])}";
        foreach (var value in values.Where(value => !IsBreach(value) && value["column"] is null))
            yield return $"  {Line(value)}";
        var drifts = values.Where(value => !IsBreach(value) && value["measure"].Text() == "drift.psi" && value["value"] is not null)
            .OrderByDescending(value => value["value"]!.GetValue<double>()).Take(MostColumns);
        foreach (var value in drifts)
            yield return $"  {Line(value)}";
    }

    private static bool IsBreach(JsonObject value) => value["breached"] is { } breached && breached.GetValue<bool>();

    private static string Line(JsonObject value) =>
        $"{value["measure"].Text(),-26} {value["column"]?.Text() ?? "",-24} {(value["value"] is { } known ? Number(known) : "inconclusive")}{Estimated(value)} of {value["samples"].Text()}";

    private static string Estimated(JsonObject value) =>
        !value["estimated"]!.GetValue<bool>() ? "" : value["bound"] is { } error ? $" (estimated, ± {Number(error)})" : " (estimated)";

    private static string Number(JsonNode? value) => value is null ? "none" : value.GetValue<double>().ToString("G4", CultureInfo.InvariantCulture);
}
