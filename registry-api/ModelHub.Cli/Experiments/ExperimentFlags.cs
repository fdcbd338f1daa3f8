using System.CommandLine;
using System.Text.Json.Nodes;
using System.Xml;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Experiments;

/// <summary>How an experiment is run and judged; what is left out is the API's to say.</summary>
internal sealed class ExperimentFlags
{
    private readonly Option<ArmFlag[]> arms = ArmFlag.Option();
    private readonly Option<string?> header = Name("--key-header", "The same value of this header always gets the same arm");
    private readonly Option<string?> cookie = Name("--key-cookie", "The same by a cookie");
    private readonly Option<string?> field = Name("--key-field", "The same by a V2 parameter, or a field given to /predict");
    private readonly Option<string?> output = new("--output") { Description = "Count the mean of this output instead of labels", HelpName = "NAME" };
    private readonly Option<string?> @class = new("--class") { Description = "Of the output: the share of this class", HelpName = "CLASS" };
    private readonly Option<bool> lower = new("--lower-is-better") { Description = "Less is better, as of an error" };
    private readonly Option<double?> alpha = new("--alpha") { Description = "Chance of calling arms different that are not", HelpName = "X" };
    private readonly Option<int?> samples = new("--samples") { Description = "Keys with a value that each arm needs before it is compared", HelpName = "N" };
    private readonly Option<TimeSpan> time = Duration.Option("--time", "When it ends at the latest", TimeSpan.FromDays(14));

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { arms, header, cookie, field, output, @class, lower, alpha, samples, time })
            command.Options.Add(option);
        command.Validators.Add(result =>
        {
            if (new[] { header, cookie, field }.Count(key => result.GetValue(key) is not null) != 1)
                result.AddError("One of --key-header, --key-cookie and --key-field is needed.");
            if (result.GetValue(@class) is not null && result.GetValue(output) is null)
                result.AddError("--class goes with --output.");
        });
    }

    public JsonObject Input(ParseResult parsed)
    {
        var key = new JsonObject();
        key.AddGiven("header", parsed.GetValue(header));
        key.AddGiven("cookie", parsed.GetValue(cookie));
        key.AddGiven("field", parsed.GetValue(field));
        var input = new JsonObject
        {
            ["arms"] = new JsonArray([.. parsed.GetRequiredValue(arms).Select(arm => new JsonObject { ["name"] = arm.Name, ["version"] = arm.Version, ["share"] = arm.Share })]),
            ["key"] = key,
            ["direction"] = parsed.GetValue(lower) ? "LOWER_IS_BETTER" : "HIGHER_IS_BETTER",
            ["maximumTime"] = XmlConvert.ToString(parsed.GetValue(time)),
        };
        if (parsed.GetValue(output) is { } named)
            input["metric"] = new JsonObject { ["output"] = named, ["class"] = parsed.GetValue(@class) };
        if (parsed.GetValue(alpha) is { } level)
            input["alpha"] = level;
        if (parsed.GetValue(samples) is { } wanted)
            input["minimumSamples"] = wanted;
        return input;
    }

    private static Option<string?> Name(string flag, string description) => new(flag) { Description = description, HelpName = "NAME" };
}
