using System.Globalization;
using System.Text.Json.Nodes;
using ModelHub.Cli.Graph;

namespace ModelHub.Cli.Demo;

/// <summary>
/// What people decide before the loop runs without them: what is written down, what is watched, when to train, and how far a better version
/// may go by itself. Windows are seconds long here, where they would be minutes and days.
/// </summary>
internal sealed class LoopSettings(Cast cast, bool quick)
{
    public const string Environment = "staging";
    public const int WindowSeconds = 10;

    /// <summary>The champion comes to about 0.79 on applicants that it was made for, and below one half on the others.</summary>
    private const double LowestAuc = 0.65;

    /// <summary>Labelled rows that a run takes at least.</summary>
    public int Rows => quick ? 400 : 800;

    public int PerSecond => quick ? 60 : 100;

    /// <summary>With the features named: what is asked has no number of the application.</summary>
    public JsonObject Pipeline(IEnumerable<string> features) => new()
    {
        ["name"] = cast.Pipeline,
        ["model"] = cast.Model,
        ["dataset"] = cast.Dataset,
        ["trainer"] = "BUILT_IN",
        ["definition"] = new JsonObject
        {
            ["target"] = LoanApplications.Target,
            ["task"] = "classification",
            ["positiveClass"] = "1",
            ["features"] = new JsonArray([.. features.Select(name => JsonValue.Create(name))]),
            ["search"] = new JsonObject
            {
                ["metric"] = "auc",
                ["trials"] = quick ? 3 : 6,
                ["parallel"] = 2,
                ["rungs"] = 2,
                ["parameters"] = new JsonObject { ["lambda"] = new JsonObject { ["min"] = 1e-4, ["max"] = 10, ["scale"] = "log" } },
            },
        },
    };

    public async Task SetAsync(CancellationToken ct)
    {
        JsonObject Place() => new() { ["model"] = cast.Model, ["environment"] = Environment };
        var ledger = Place();
        ledger["policy"] = new JsonObject { ["share"] = 1, ["perSecond"] = 1_000 };
        await cast.Admin.ChangeAsync(Documents.SetEndpointLedger, ledger, ct);
        var monitoring = Place();
        (monitoring["windowSeconds"], monitoring["minimumSamples"]) = (WindowSeconds, 100);
        await cast.Admin.ChangeAsync(Documents.SetEndpointMonitoring, monitoring, ct);
        await cast.Admin.ChangeAsync(Documents.CreateAlertRule, Rule("labels-disagree", "quality.auc", null, "BELOW", LowestAuc), ct);
        await cast.Admin.ChangeAsync(Documents.CreateAlertRule, Rule("applicants-drift", "drift.psi", "*", "ABOVE", 0.25), ct);
        await cast.Scientist.ChangeAsync(Documents.SetPipelineTriggers, new() { ["pipeline"] = cast.Pipeline, ["triggers"] = Triggers() }, ct);
    }

    private JsonObject Rule(string name, string measure, string? column, string comparison, double limit) => new()
    {
        ["name"] = $"{cast.Model}-{name}".Replace('.', '-'),
        ["model"] = cast.Model,
        ["environment"] = Environment,
        ["severity"] = "CRITICAL",
        ["condition"] = new JsonObject
        {
            ["measure"] = measure,
            ["column"] = column,
            ["comparison"] = comparison,
            ["limit"] = limit,
            ["minimumSamples"] = 100,
            ["window"] = string.Create(CultureInfo.InvariantCulture, $"PT{WindowSeconds}S"),
        },
    };

    private JsonObject Triggers() => new()
    {
        ["onAlerts"] = new JsonArray("quality.*"),
        ["cooldown"] = "10s",
        ["runsPerWeek"] = 5,
        ["ledger"] = new JsonObject { ["environment"] = Environment, ["window"] = "15s", ["minimumRows"] = Rows },
        ["evaluation"] = new JsonObject { ["timeColumn"] = "decided_at", ["heldOut"] = 0.3 },
        ["promote"] = new JsonObject
        {
            ["environment"] = Environment,
            ["planDocument"] = new JsonObject
            {
                ["name"] = "short-canary",
                ["stages"] = new JsonArray(
                    new JsonObject
                    {
                        ["stage"] = "canary",
                        ["weight"] = 25,
                        ["hold"] = "5s",
                        ["minimumSamples"] = 100,
                        ["maximumTime"] = "2m",
                        ["limits"] = new JsonObject { ["maxErrorRate"] = 0.02 },
                    },
                    new JsonObject { ["stage"] = "live" }),
            },
        },
    };
}
