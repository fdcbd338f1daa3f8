using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Rollouts;

/// <summary><c>traffic MODEL --env ENV [--cache] [--out-of-range flag] …</c>: how an endpoint's requests are dealt with; what is left out is off.</summary>
internal static class TrafficCommand
{
    public static Command Create(Client client)
    {
        var model = new Argument<string>("MODEL");
        var environment = new Option<string>("--env") { Description = "The environment", HelpName = "ENV", Required = true };
        var header = new Option<string?>("--sticky-header") { Description = "Requests with the same value of this header get the same version", HelpName = "NAME" };
        var field = new Option<string?>("--sticky-field") { Description = "The same by a V2 parameter, or a field given to /predict", HelpName = "NAME" };
        var fallback = new Option<bool>("--canary-falls-back") { Description = "A request that a canary fails is answered by the primary" };
        var rate = new Option<double?>("--rate") { Description = "Requests per second for all callers together, per router", HelpName = "X" };
        var burst = new Option<int?>("--burst") { Description = "Requests at once beyond it (as many as in one second)", HelpName = "N" };
        var hold = new Option<int?>("--hold-ms") { Description = "How long a request waits for a node when none is ready", HelpName = "MS" };
        var cache = new Option<bool>("--cache") { Description = "Nodes give answers again for the same inputs" };
        var seconds = new Option<int?>("--cache-seconds") { Description = "For so long (until the room is needed)", HelpName = "S" };
        var range = new Option<string>("--out-of-range") { Description = "Values given to /predict that the data did not have: ignore, flag or refuse", DefaultValueFactory = _ => "ignore" };
        range.AcceptOnlyFromAmong("ignore", "flag", "refuse");
        var command = new Command("traffic", "Say how an endpoint's requests are dealt with; what is left out is off from now on")
        {
            model, environment, header, field, fallback, rate, burst, hold, cache, seconds, range,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(burst) is not null && result.GetValue(rate) is null)
                result.AddError("--burst goes with --rate.");
        });
        return client.Runs(command, async (parsed, session, ct) =>
        {
            var input = new JsonObject
            {
                ["model"] = parsed.GetRequiredValue(model),
                ["environment"] = parsed.GetRequiredValue(environment),
                ["canaryFallsBack"] = parsed.GetValue(fallback),
                ["holdMilliseconds"] = parsed.GetValue(hold) ?? 0,
                ["outOfRange"] = parsed.GetRequiredValue(range).ToUpperInvariant(),
            };
            if ((parsed.GetValue(header) ?? parsed.GetValue(field)) is not null)
                input["sticky"] = new JsonObject { ["header"] = parsed.GetValue(header), ["field"] = parsed.GetValue(field) };
            if (parsed.GetValue(rate) is { } perSecond)
                input["limit"] = new JsonObject { ["perSecond"] = perSecond, ["burst"] = parsed.GetValue(burst) ?? (int)Math.Clamp(Math.Ceiling(perSecond), 1, 1_000_000) };
            if (parsed.GetValue(cache) || parsed.GetValue(seconds) is not null)
                input["cache"] = new JsonObject { ["seconds"] = parsed.GetValue(seconds) };
            var traffic = (await session.Graph.ChangeAsync(Documents.SetEndpointTraffic, input, ct))["endpoint"]!["traffic"]!;
            return Outcome.Done(
                new JsonObject { ["model"] = input["model"].Copy(), ["environment"] = input["environment"].Copy(), ["traffic"] = traffic.Copy() },
                Words(traffic));
        });
    }

    private static string Words(JsonNode traffic)
    {
        List<string> words = [];
        if (traffic["sticky"] is { } sticky)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"sticky by the {sticky["source"].Text().ToLowerInvariant()} {sticky["name"].Text()}"));
        if (traffic["canaryFallsBack"]!.GetValue<bool>())
            words.Add("canaries fall back");
        if (traffic["limit"] is { } limit)
            words.Add($"{limit["perSecond"].Text()} requests/s, {limit["burst"].Text()} at once");
        if (traffic["holdMilliseconds"].Text() is var hold and not "0")
            words.Add($"held for {hold} ms");
        if (traffic["cache"] is { } cache)
            words.Add(cache["seconds"] is { } kept ? $"answers kept for {kept.Text()} s" : "answers kept");
        if (traffic["outOfRange"].Text() is var range and not "IGNORE")
            words.Add($"values out of range: {range.ToLowerInvariant()}");
        return words.Count == 0 ? "Requests are dealt by the weights alone." : string.Join("; ", words) + ".";
    }
}
