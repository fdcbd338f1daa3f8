using System.Diagnostics;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using GraphCaller = ModelHub.EndToEnd.Support.Graph;
using VersionRegistry = ModelHub.EndToEnd.Support.Registry;

namespace ModelHub.Benchmarks.Pages;

/// <summary>
/// How long it takes from a press in one browser until another one shows what it did: two Chromium processes, both signed in, on the same
/// page. Milliseconds from the click on the confirming button (an alias has no button, there it is the request) to the change in the page.
/// </summary>
internal static class TwoBrowsers
{
    private const int Rounds = 20;
    private static readonly TimeSpan Bound = TimeSpan.FromMinutes(2);

    public static async Task RunAsync(CancellationToken ct)
    {
        await using var stack = await Stack.StartAsync(ct);
        using var registry = new VersionRegistry(stack);
        await using var here = await Chromium.StartAsync(stack, ct);
        await using var there = await Chromium.StartAsync(stack, ct);
        var pair = new Pair(stack, await here.TabAsync(), await there.TabAsync());
        var table = new Table($"From a press in one browser to its sight in another, {Rounds} each; milliseconds", "what", "median", "worst");
        var approvals = await ApprovalsAsync(pair, registry, ct);
        var (pauses, aliases) = (await PausesAsync(pair, registry, ct), await AliasesAsync(pair, approvals.Model, ct));
        (string What, List<double> Took)[] rows = [("approve a promotion", approvals.Took), ("pause and resume a rollout", pauses), ("move an alias", aliases), ("save a policy", await PoliciesAsync(pair, ct))];
        foreach (var (what, took) in rows)
            table.Add(what, $"{Median(took):0}", $"{took.Max():0}");
        table.Print();
        var goals = new Goals("Two browsers: what counts");
        goals.AtMost("the slowest median: seconds", rows.Max(row => Median(row.Took)) / 1000, 1);
        goals.Print();
    }

    private static double Median(List<double> took) => Load.Percentile([.. took.Order()], 0.5);

    private static async Task<(string Model, List<double> Took)> ApprovalsAsync(Pair pair, VersionRegistry registry, CancellationToken ct)
    {
        var model = Registering.NewModelName("approved");
        await pair.Stack.Admin.ChangeAsync("createModel", new { name = model }, "model { name }", ct);
        var requester = await pair.Stack.WithRoleAsync("CONTRIBUTOR", ct);
        var took = new List<double>();
        for (var round = 1; round <= Rounds; round++)
        {
            var version = await registry.AddVersionAsync(model, TinyModel.Scale(round), ct);
            var promotion = await AskAsync(requester, new { model, version, environment = "production" }, ct);
            await pair.OpenAsync($"/promotions/{promotion}");
            await pair.Here.Locator("[data-test=approve]:not([aria-disabled=true])").ClickAsync();
            took.Add(await pair.ConfirmAsync("[data-test=approval]"));
            await pair.There.Locator("[data-test=state][data-state=LIVE]").First.WaitForAsync();
        }
        return (model, took);
    }

    private static async Task<List<double>> PausesAsync(Pair pair, VersionRegistry registry, CancellationToken ct)
    {
        var model = await pair.Stack.ServedModelAsync("paused", 2, ct);
        var version = await registry.AddVersionAsync(model, TinyModel.Scale(2.0001f), ct);
        var plan = new { name = "waits", stages = new object[] { new { stage = "canary", weight = 10, hold = "30m", minimumSamples = 10, maximumTime = "1h", limits = new { maxErrorRate = 0.05 } }, new { stage = "live" } } };
        var promotion = await AskAsync(pair.Stack.Admin, new { model, version, environment = "staging", planDocument = plan }, ct);
        await pair.OpenAsync($"/promotions/{promotion}");
        var took = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var (deed, next) = round % 2 == 0 ? ("pause", "resume") : ("resume", "pause");
            await pair.Here.Locator($"[data-test={deed}]:not([aria-disabled=true])").ClickAsync();
            took.Add(await pair.ConfirmAsync($"[data-test={next}]:not([aria-disabled=true])"));
        }
        return took;
    }

    private static async Task<List<double>> AliasesAsync(Pair pair, string model, CancellationToken ct)
    {
        await pair.OpenAsync($"/models/{model}");
        var took = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            var version = 1 + round % 2;
            took.Add(await pair.SeenAsync(
                $"[data-test=alias][href='/models/{model}/versions/{version}']:text('looked-at')",
                () => pair.Stack.Admin.ChangeAsync("setAlias", new { model, alias = "looked-at", version }, "alias { name }", ct)));
        }
        return took;
    }

    private static async Task<List<double>> PoliciesAsync(Pair pair, CancellationToken ct)
    {
        var took = new List<double>();
        for (var round = 0; round < Rounds; round++)
        {
            await pair.OpenAsync("/environments/staging/edit", "/environments/staging");
            var newest = pair.There.Locator("[data-test=policy-version]").First;
            await newest.WaitForAsync();
            var number = int.Parse(await newest.GetAttributeAsync("data-number") ?? "0", System.Globalization.CultureInfo.InvariantCulture);
            await pair.Here.Locator("[data-test=checks]").FillAsync($"check-{round}");
            await pair.Here.Locator("[data-test=checks]").BlurAsync();
            await pair.Here.Locator("[data-test=save-policy]:not([aria-disabled=true])").ClickAsync();
            took.Add(await pair.ConfirmAsync($"[data-test=policy-version][data-number='{number + 1}']"));
        }
        return took;
    }

    private static async Task<string> AskAsync(GraphCaller requester, object promotion, CancellationToken ct) =>
        (await requester.ChangeAsync("promoteVersion", promotion, "promotion { id }", ct))["promotion"]!["id"]!.GetValue<string>();

    /// <summary>A page in each of the two browsers.</summary>
    private sealed record Pair(Stack Stack, IPage Here, IPage There)
    {
        public Task OpenAsync(string path) => OpenAsync(path, path);

        public Task OpenAsync(string here, string there) => Task.WhenAll(OpenAsync(Here, here), OpenAsync(There, there));

        public Task<double> ConfirmAsync(string change) => SeenAsync(change, () => Here.Locator("[data-test=confirm]").ClickAsync());

        public async Task<double> SeenAsync(string change, Func<Task> press)
        {
            var clock = Stopwatch.StartNew();
            var seen = There.Locator(change).First.WaitForAsync(new() { Timeout = (float)Bound.TotalMilliseconds });
            await press();
            await seen;
            return clock.Elapsed.TotalMilliseconds;
        }

        private async Task OpenAsync(IPage page, string path)
        {
            await page.GotoAsync(new Uri(Stack.Console, path).ToString());
            await page.Locator("[data-test=live][data-state=live]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        }
    }
}
