using System.CommandLine;
using System.Text.Json.Nodes;
using System.Xml;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Alerts;

/// <summary>What a rule looks at, and when it calls it bad; what is left out is the API's to say.</summary>
internal sealed class ConditionFlags
{
    private readonly Option<string> measure = new("--measure") { Description = "Such as errors.share, latency.p99_ms, drift.psi, quality.accuracy", HelpName = "MEASURE", Required = true };
    private readonly Option<string?> column = new("--column") { Description = "One column, or * for every one; else the whole", HelpName = "COLUMN" };
    private readonly Option<string?> segment = new("--segment") { Description = "One segment, or * for every one; else all traffic", HelpName = "SEGMENT" };
    private readonly Option<double?> above = new("--above") { Description = "Bad above this", HelpName = "X" };
    private readonly Option<double?> below = new("--below") { Description = "Bad below this; with neither, the monitor's own limit from above", HelpName = "X" };
    private readonly Option<double?> resolve = new("--resolve") { Description = "What it has to come back to", HelpName = "X" };
    private readonly Option<double?> significance = new("--significance") { Description = "Highest corrected p-value that counts", HelpName = "P" };
    private readonly Option<string?> aggregate = new Option<string?>("--take") { Description = "mean, latest, highest or lowest of the window" }.AcceptOnlyFromAmong("mean", "latest", "highest", "lowest");
    private readonly Option<long?> samples = new("--samples") { Description = "With fewer it says nothing", HelpName = "N" };
    private readonly Option<TimeSpan> window = Duration.Option("--window", "The figures of so long are taken together", TimeSpan.FromMinutes(5));
    private readonly Option<TimeSpan> @for = Duration.Option("--for", "How long it has to be bad", TimeSpan.Zero);
    private readonly Option<TimeSpan> keep = Duration.Option("--keep", "How long it has to be good again", TimeSpan.Zero);
    private readonly Option<TimeSpan> absent = Duration.Option("--absent", "Fires too when no figure came for so long", TimeSpan.Zero);

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { measure, column, segment, above, below, resolve, significance, aggregate, samples, window, @for, keep, absent })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (result.GetValue(above) is not null && result.GetValue(below) is not null)
                result.AddError("One of --above and --below.");
        });
    }

    public JsonObject Input(ParseResult parsed)
    {
        var input = new JsonObject
        {
            ["measure"] = parsed.GetRequiredValue(measure),
            ["comparison"] = parsed.GetValue(below) is null ? "ABOVE" : "BELOW",
            ["window"] = XmlConvert.ToString(parsed.GetValue(window)),
            ["for"] = XmlConvert.ToString(parsed.GetValue(@for)),
            ["keepFiring"] = XmlConvert.ToString(parsed.GetValue(keep)),
        };
        input.AddGiven("column", parsed.GetValue(column));
        input.AddGiven("segment", parsed.GetValue(segment));
        input.AddGiven("limit", parsed.GetValue(above) ?? parsed.GetValue(below));
        input.AddGiven("resolveLimit", parsed.GetValue(resolve));
        input.AddGiven("significance", parsed.GetValue(significance));
        input.AddGiven("aggregate", parsed.GetValue(aggregate)?.ToUpperInvariant());
        input.AddGiven("minimumSamples", parsed.GetValue(samples));
        if (parsed.GetValue(absent) is var longest && longest > TimeSpan.Zero)
            input["absentFor"] = XmlConvert.ToString(longest);
        return input;
    }
}
