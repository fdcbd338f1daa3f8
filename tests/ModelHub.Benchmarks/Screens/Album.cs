using System.Text;
using Microsoft.Playwright;

namespace ModelHub.Benchmarks.Screens;

/// <summary>All pictures, in the order of the console's own rail.</summary>
internal static class Album
{
    private const string Production = $"/endpoints/production/{DemoThings.Model}";
    private const string Staging = $"/endpoints/staging/{DemoThings.Loop}";

    public static IEnumerable<Picture> Of(DemoThings demo) =>
    [
        new("sign-in", "/login", "Signing in: a one-time link, or its code", "[data-test=login-code]") { SignedOut = true },
        new("overview", "/", "What serves where, what waits for a decision, what needs a look, what happened lately", "[data-test=lately]"),
        new("overview-dark", "/", "The same in the dark theme", "[data-test=lately]") { Dark = true },
        new("palette", "/", "Ctrl+K finds any page, model or dataset", "[data-test=lately]") { Do = OpenPaletteAsync },
        new("models", "/models", "Every registered model, its newest version, and where it serves", "[data-test=model]"),
        new("model", $"/models/{DemoThings.Model}", "A model: its versions with their metrics, where it serves, how its aliases moved", "[data-test=version]"),
        new("version", $"/models/{DemoThings.Model}/versions/2", "A version: metrics, what it relies on, signature, lineage, checks, and the way it went", "[data-test=ways]"),
        new("lineage", $"/models/{DemoThings.Model}/versions/2", "What a version was made from, and where that went", "[data-test=ways]") { From = "[data-test=ways]" },
        new("compare", $"/models/{DemoThings.Model}/compare?versions=1,2", "Two versions side by side", "h1"),
        new("datasets", "/datasets", "Datasets and their newest versions", "h1"),
        new("dataset", $"/datasets/{DemoThings.Dataset}", "A dataset: its versions, expectations and who uses them", "h1"),
        new("data-version", $"/datasets/{DemoThings.Dataset}/versions/2", "A data version: the profile of every column", "h1"),
        new("data-diff", $"/datasets/{DemoThings.Dataset}/compare?from=1&to=2", "What differs between two data versions", "h1"),
        new("environments", "/environments", "Environments in their order, each with its policy", "h1"),
        new("policy", "/environments/production", "An environment's policy in words, with its history", "h1"),
        new("policy-edit", $"/environments/production/edit?version={DemoThings.Model}@2&days=30", "A policy is tried before it stands: dry run, backtest, what saving changes", "h1"),
        new("endpoints", "/endpoints", "All endpoints with their traffic", "h1"),
        new("endpoint", Production, "An endpoint: variants, what the routers measure, nodes, how to call it", "[data-test=variants]"),
        new("monitoring", $"{Staging}/monitoring", "Drift of every column against the training data, window by window", "[data-test=drift] .picture[data-drawn=heat]"),
        new("monitoring-dark", $"{Staging}/monitoring", "The same in the dark theme", "[data-test=drift] .picture[data-drawn=heat]") { Dark = true },
        new("quality", $"{Staging}/quality", "How good the live version is by the labels that came, and how many have", "h1"),
        new("predictions", $"{Staging}/predictions", "The ledger: requests, answers, labels", "h1"),
        new("promotions", "/promotions", "All promotions, those that wait for somebody first", "h1"),
        new("promotion", $"/promotions/{demo.Approved}", "A promotion: the gates with their evidence, who approved, the switch", "[data-test=gate]"),
        new("canary", $"/promotions/{demo.Canary}", "A challenger that went by a canary to all traffic without a person", "[data-test=gate]"),
        new("rollback-dark", $"/promotions/{demo.RolledBack}", "A canary that broke its limit and was rolled back by itself", "[data-test=gate]") { Dark = true },
        new("shadows", "/shadows", "Shadow tests", "h1"),
        new("shadow", $"/shadows/{demo.Shadow}", "A shadow test: answers to the same requests compared one by one", "h1"),
        new("experiments", "/experiments", "Experiments", "h1"),
        new("experiment", $"/experiments/{demo.Experiment}", "An experiment: arms, keys and intervals that hold however often one looks", "[data-test=arm]"),
        new("alerts", "/alerts?show=RESOLVED", "What fired and was good again, and the rules behind it", "h1"),
        new("training", "/training", "Training pipelines and their runs", "h1"),
        new("run", $"/training/runs/{demo.Run}", "A training run: trials, their figures, and how it did against the champion", "h1"),
        new("batches", "/batches", "Batch runs", "h1"),
        new("batch", $"/batches/{demo.Batch}", "A batch run: whole files through a version", "h1"),
        new("bundles", "/bundles", "Versions as signed files, and how to verify them", "h1"),
        new("nodes", "/nodes", "Inference nodes: what they hold, and draining them", "h1"),
        new("jobs", "/jobs", "Background work", "h1"),
        new("job", $"/jobs/{demo.Job}", "One job with its log", "h1"),
        new("webhooks", "/webhooks", "Receivers of events", "h1"),
        new("webhook", $"/webhooks/{DemoThings.Webhook}", "A receiver that cannot be reached, with each message and its tries", "h1"),
        new("access", "/access", "People, tokens, and what they may do where", "[data-test=user]"),
        new("audit", "/audit", "Every change, chained by hash", "h1"),
        new("overview-390", "/", "The overview on a telephone", "[data-test=lately]") { Narrow = true },
        new("promotion-390", $"/promotions/{demo.Approved}", "A promotion on a telephone", "[data-test=gate]") { Narrow = true },
        new("nodes-390", "/nodes", "Nodes on a telephone, in the dark theme", "h1") { Narrow = true, Dark = true },
    ];

    /// <summary>The README beside the pictures.</summary>
    public static string Listed(IEnumerable<Picture> pictures)
    {
        var text = new StringBuilder("# The console in pictures\n\nTaken of what `./modelhub demo` leaves, by `./modelhub bench screens docs/screens` while the demo's stack runs.\n");
        foreach (var picture in pictures)
            text.Append($"\n## {picture.Words}\n\n![{picture.Words}]({picture.File})\n");
        return text.ToString();
    }

    private static async Task OpenPaletteAsync(IPage page)
    {
        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("#palette input").FillAsync("credit");
        await page.Locator($"#palette a:has-text('{DemoThings.Model}')").First.WaitForAsync();
    }
}
