using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>The console, as a person uses it.</summary>
[Collection(SharedStack.Name)]
public sealed class ConsoleInChromium(SharedStack shared, Browser browser)
{
    private static readonly string[] Paths = ["/", "/models", "/datasets", "/endpoints", "/environments", "/environments/production", "/environments/production/edit", "/promotions", "/shadows", "/experiments", "/batches", "/bundles", "/alerts", "/nodes", "/jobs", "/training", "/audit", "/webhooks", "/access"];
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_login_link_signs_in_once_and_only_once()
    {
        var ct = TestContext.Current.CancellationToken;
        var link = await stack.LoginLinkAsync(ct);
        var page = await browser.OpenAsync();
        var other = await browser.OpenAsync();

        await page.GotoAsync(link);
        await other.GotoAsync(link);

        await Expect(page.Locator("[data-test=rail]")).ToBeVisibleAsync();
        await Expect(other.Locator("[data-test=login-fault]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task Without_signing_in_every_page_leads_to_the_door()
    {
        var page = await browser.OpenAsync();

        foreach (var path in Paths)
        {
            await page.GotoAsync(new Uri(stack.Console, path).ToString());
            await Expect(page.Locator("[data-test=login-code]")).ToBeVisibleAsync();
        }
    }

    [Fact]
    public async Task The_model_list_moves_without_a_reload()
    {
        var ct = TestContext.Current.CancellationToken;
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/models");
        var name = Registering.NewModelName("appears");

        (await stack.RunAsync(ct, "model", "create", name)).Expect(0);

        await Expect(page.Locator("[data-test=model]", new() { HasText = name })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_promotion_is_approved_on_its_page_which_then_moves_to_live_by_itself()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("approve", 2, ct);
        var requester = await stack.WithRoleAsync("CONTRIBUTOR", ct);
        var promotion = await requester.ChangeAsync("promoteVersion", new { model, version = 1, environment = "production" }, "promotion { id }", ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/promotions/" + promotion["promotion"]!["id"]!.GetValue<string>());
        await Expect(page.Locator("[data-test=gate]").First).ToBeVisibleAsync();

        await page.Locator("[data-test=approve]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(page.Locator("[data-test=state][data-state=LIVE]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task The_rollback_button_says_what_will_happen_asks_once_and_the_traffic_goes_back()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("back", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct, "--metric", "accuracy=0.9")).Expect(0);
        (await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--wait")).Expect(0);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/endpoints/staging/{model}");

        await page.Locator("[data-test=rollback]").ClickAsync();
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync("v2");
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync("v1");
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Eventually.HoldsAsync("version 1 has the traffic", async () =>
        {
            var data = await stack.Admin.AskAsync("query($m: String!) { endpoint(model: $m, environment: \"staging\") { primary { version { number } } } }", new { m = model }, ct);
            return data["endpoint"]!["primary"]!["version"]!["number"]!.GetValue<int>() == 1;
        }, TimeSpan.FromSeconds(30), ct);
        await Expect(page.Locator("[data-test=variant][data-version='1']")).ToContainTextAsync("100 %");
    }

    [Fact]
    public async Task A_rollout_is_paused_resumed_skipped_and_aborted_on_its_card_each_time_told_in_numbers()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("stages", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(2.0001f), ct, "--metric", "accuracy=0.9")).Expect(0);
        object Canary(int weight) => new { stage = "canary", weight, hold = "10m", minimumSamples = 10, maximumTime = "20m", limits = new { maxErrorRate = 0.05 } };
        var plan = new { name = "looked-at", stages = new object[] { Canary(10), Canary(50), new { stage = "live" } } };
        var promotion = await stack.Admin.ChangeAsync("promoteVersion", new { model, version = 2, environment = "staging", planDocument = plan }, "promotion { id }", ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/promotions/" + promotion["promotion"]!["id"]!.GetValue<string>());
        await Expect(page.Locator("[data-test=stage][data-outcome=RUNNING]")).ToBeVisibleAsync(new() { Timeout = 60_000 });

        await page.Locator("[data-test=resume][aria-disabled=true]").HoverAsync();
        await Expect(page.Locator(".blocked:has([data-test=resume]) .why")).ToHaveTextAsync("It is not paused.");
        await DoAsync("pause", "v2 keeps 10 % of the traffic and v1 90 %", "a look");
        await Expect(page.Locator("[data-test=stages]")).ToContainTextAsync("paused");
        await DoAsync("resume", "when it passes, v2 gets 50 %", null);
        await DoAsync("skip", "v2 goes from 10 % to 50 % of the traffic without a verdict", "known to be fine");
        await Expect(page.Locator("[data-test=stage][data-outcome=SKIPPED]")).ToContainTextAsync("known to be fine");
        await DoAsync("abort", "The 50 % of the traffic that v2 has go back to v1, which then has 100 %", "enough");

        await Expect(page.Locator("[data-test=state][data-state=ABORTED]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });

        async Task DoAsync(string deed, string words, string? reason)
        {
            await page.Locator($"[data-test={deed}]:not([aria-disabled=true])").ClickAsync(new() { Timeout = 60_000 });
            await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync(words);
            if (reason is not null)
                await page.Locator("[data-test=dialog] textarea").FillAsync(reason);
            await page.Locator("[data-test=confirm]").ClickAsync();
            await Expect(page.Locator("[data-test=confirm]")).ToHaveCountAsync(0);
        }
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1280)]
    [InlineData(ColorScheme.Dark, 390)]
    public async Task Every_page_stands_without_faults_other_hosts_or_sideways_scrolling(ColorScheme colours, int width)
    {
        var ct = TestContext.Current.CancellationToken;
        var page = await browser.SignedInAsync(stack, ct, colours, width);
        var faults = new List<string>();
        page.Console += (_, message) => Note(message.Type == "error", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(new Uri(request.Url) is { Scheme: "http" or "https" } url && url.Authority != stack.Console.Authority, request.Url);

        foreach (var path in Paths)
        {
            await page.OpenLiveAsync(stack, path);
            await Expect(page.Locator("[data-test=fault]")).ToHaveCountAsync(0);
            var tooWide = await page.EvaluateAsync<int>("document.documentElement.scrollWidth - document.documentElement.clientWidth");
            Note(tooWide > 0, $"{path} is {tooWide} px too wide");
        }

        Assert.Empty(faults);

        void Note(bool wrong, string what)
        {
            if (wrong)
                faults.Add(what);
        }
    }
}
