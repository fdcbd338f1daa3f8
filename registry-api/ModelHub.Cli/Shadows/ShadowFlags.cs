using System.CommandLine;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Shadows;

/// <summary>How a shadow test is run and judged; what is left out is the API's to say.</summary>
internal sealed class ShadowFlags
{
    private readonly Option<double?> percent = Number("--percent", "Share of the requests that is copied");
    private readonly Option<int?> samples = new("--samples") { Description = "Requests to compare before it is judged", HelpName = "N" };
    private readonly Option<double?> absolute = Number("--tolerance", "Numbers that differ by no more are the same");
    private readonly Option<double?> relative = Number("--relative-tolerance", "The same as a share of the larger one");
    private readonly Option<double?> differences = Number("--max-differences", "Share of rows that may differ, 0 to 1");
    private readonly Option<double?> flips = Number("--max-flips", "Share of rows that may get another class, 0 to 1");
    private readonly Option<double?> errors = Number("--max-errors", "Share of requests that it may fail beyond the primary's, 0 to 1");
    private readonly Option<double?> p99 = Number("--max-p99-ratio", "Its slowest hundredth over the primary's");
    private readonly Option<string?> segment = new("--segment") { Description = "A column of the input to count differences by", HelpName = "COLUMN" };
    private readonly Option<string[]> redacted = new("--redact") { Description = "A field whose values are not kept in examples; * for all", HelpName = "FIELD" };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { percent, samples, absolute, relative, differences, flips, errors, p99, segment, redacted })
            command.Options.Add(option);
    }

    public JsonObject Input(ParseResult parsed)
    {
        var input = Given(parsed, ("percent", percent));
        if (parsed.GetValue(samples) is { } wanted)
            input["minimumSamples"] = wanted;
        if (Given(parsed, ("absolute", absolute), ("relative", relative)) is { Count: > 0 } tolerance)
            input["tolerance"] = tolerance;
        if (Given(parsed, ("maxDifferenceRate", differences), ("maxClassFlipRate", flips), ("maxErrorRateOverPrimary", errors), ("maxP99Ratio", p99)) is { Count: > 0 } limits)
            input["limits"] = limits;
        input.AddGiven("segment", parsed.GetValue(segment));
        if (parsed.GetValue(redacted) is { Length: > 0 } names)
            input["redacted"] = new JsonArray([.. names.Select(name => JsonValue.Create(name))]);
        return input;
    }

    private static JsonObject Given(ParseResult parsed, params (string Name, Option<double?> Option)[] numbers)
    {
        var given = new JsonObject();
        foreach (var (name, option) in numbers)
            if (parsed.GetValue(option) is { } value)
                given[name] = value;
        return given;
    }

    private static Option<double?> Number(string flag, string description) => new(flag) { Description = description, HelpName = "X" };
}
