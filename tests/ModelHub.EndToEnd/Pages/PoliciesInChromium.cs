using System.Diagnostics;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>Environments and their policies: made, ordered, tried before they stand, saved and seen by others.</summary>
[Collection(SharedStack.Name)]
public sealed class PoliciesInChromium(SharedStack shared, Browser browser, ITestOutputHelper output)
{
    private static int places = 100;
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_policy_is_edited_with_dry_run_and_backtest_saved_and_seen_in_another_browser()
    {
        var ct = TestContext.Current.CancellationToken;
        var place = await EnvironmentAsync(ct);
        var model = await stack.ModelWithVersionAsync("tried", 2, ct);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", place, "--wait", "--timeout", "1m")).Expect(0);
        var (here, there) = (await browser.SignedInAsync(stack, ct), await browser.SignedInAsync(stack, ct));
        await there.OpenLiveAsync(stack, $"/environments/{place}");
        await Expect(Setting(there, "Approvals")).ToHaveTextAsync("none asked for");

        await here.OpenLiveAsync(stack, "/environments");
        var card = here.Locator($"[data-test=environment][data-name='{place}']");
        await Expect(card.Locator("[data-test=live-count]")).ToHaveTextAsync("1 model");
        await card.Locator("[data-test=open-environment]").ClickAsync();
        await here.Locator("[data-test=edit-policy]").ClickAsync();
        await Expect(here.Locator("[data-test=unchanged]")).ToBeVisibleAsync();
        await ChangeAsync(here, "approvals", "1");
        await here.Locator("[data-test=add-metricLimits]").ClickAsync();
        await ChangeAsync(here, "limit-metric", "accuracy");
        await ChangeAsync(here, "limit-min", "0.9");
        await Expect(here.Locator("[data-test=json]")).ToHaveValueAsync(new Regex("\"metricLimits\": \\[\\{ \"metric\": \"accuracy\", \"min\": 0.9 \\}\\]"));
        await Expect(here.Locator("[data-test=review] [data-test=change]")).ToHaveTextAsync([new Regex("approvals.*0 → 1"), new Regex("metricLimits accuracy.*added: min 0.9")]);

        await here.Locator("[data-test=dry-run] [data-test=version]").FillAsync($"{model}@1");
        await here.Locator("[data-test=dry-run] [data-test=run]").ClickAsync();
        await Expect(here.Locator("[data-test=verdict]")).ToHaveAttributeAsync("data-verdict", "FAIL");
        await Expect(here.Locator("[data-test=dry-gate][data-gate='metric-limit:accuracy'][data-verdict=FAIL]")).ToContainTextAsync("0.8");
        await here.Locator("[data-test=backtest] [data-test=run]").ClickAsync();
        await Expect(here.Locator("[data-test=would-be-refused]")).ToHaveTextAsync("1");
        await Expect(here.Locator("[data-test=difference]")).ToContainTextAsync($"{model} v1");

        // A link shows a colleague the same draft with the same answers.
        await there.OpenLiveAsync(stack, new Uri(here.Url).PathAndQuery);
        await Expect(there.Locator("[data-test=limit-min]")).ToHaveValueAsync("0.9");
        await Expect(there.Locator("[data-test=verdict]")).ToHaveAttributeAsync("data-verdict", "FAIL");
        await Expect(there.Locator("[data-test=would-be-refused]")).ToHaveTextAsync("1");
        await there.OpenLiveAsync(stack, $"/environments/{place}");

        await ChangeAsync(here, "approvals", "11");
        await Expect(here.Locator("[data-test=draft-fault]")).ToContainTextAsync("policy.approvals");
        await Expect(here.Locator("[data-test=draft-fault]")).ToContainTextAsync("0 to 10");
        await Expect(here.Locator("[data-test=save-policy]")).ToHaveAttributeAsync("aria-disabled", "true");
        await Expect(here.Locator("[data-test=old-backtest]")).ToBeVisibleAsync();
        await ChangeAsync(here, "approvals", "1");
        await here.Locator("[data-test=save-policy]:not([aria-disabled=true])").ClickAsync();
        await Expect(here.Locator("[data-test=consequence]")).ToContainTextAsync($"{place} gets policy 2");
        await Expect(here.Locator("[data-test=consequence]")).ToContainTextAsync("2 settings change");
        await here.Locator("[data-test=dialog] textarea").FillAsync("audit finding 7");
        await here.Locator("[data-test=confirm]").ClickAsync();
        var clock = Stopwatch.StartNew();

        await Expect(Setting(there, "Approvals")).ToHaveTextAsync("1 person, never the requester; whoever may approve there");
        output.WriteLine($"The other browser showed it {clock.ElapsedMilliseconds} ms after it was confirmed.");
        await Expect(here).ToHaveURLAsync(new Regex($"/environments/{place}$"));
        await Expect(Setting(here, "Metrics")).ToHaveTextAsync("accuracy at least 0.9");
        var version = here.Locator("[data-test=policy-version][data-number='2']");
        await Expect(version).ToContainTextAsync("audit finding 7");
        await Expect(version.Locator("[data-test=change]").First).ToContainTextAsync("0 → 1");
        await Expect(here.Locator("[data-test=policy-version][data-number='1']")).ToContainTextAsync("the first one");
    }

    [Fact]
    public async Task What_somebody_else_saved_meanwhile_is_told_and_not_written_over_and_promotions_under_way_are_counted_in()
    {
        var ct = TestContext.Current.CancellationToken;
        var place = await EnvironmentAsync(ct, 1);
        var model = await stack.ModelWithVersionAsync("under-way", 2, ct);
        var asked = await stack.Admin.ChangeAsync("promoteVersion", new { model, version = 1, environment = place }, "promotion { id }", ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/promotions/{asked["promotion"]!["id"]!.GetValue<string>()}");
        await Expect(page.Locator("[data-test=state][data-state=AWAITING_APPROVAL]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Locator("[data-test=policy-of]").ClickAsync();
        await Expect(page.Locator("[data-test=waiting]")).ToHaveTextAsync("1 waits for approval");
        await page.Locator("[data-test=edit-policy]").ClickAsync();
        await Expect(page.Locator("[data-test=reviewed]")).ToContainTextAsync("it waits for 1 more approval");

        await ChangeAsync(page, "json", "{ \"approvals\": 2, ");
        await Expect(page.Locator("[data-test=json-fault]")).ToContainTextAsync("Line 1, character");
        await Expect(page.Locator("[data-test=approvals]")).ToBeDisabledAsync();
        await ChangeAsync(page, "json", "{ \"approvals\": 2, \"canaryTrafficPercent\": 10 }");
        await Expect(page.Locator("[data-test=draft-fault]")).ToContainTextAsync("canaryTrafficPercent");
        await ChangeAsync(page, "json", "{ \"approvals\": 2 }");
        await Expect(page.Locator("[data-test=reviewed]")).ToContainTextAsync("it waits for 2 more approvals");

        await stack.Admin.ChangeAsync("updateEnvironmentPolicy", new { environment = place, policy = new { approvals = 3 }, reason = "audit" }, "environment { policyNumber }", ct);
        await Expect(page.Locator("[data-test=meanwhile]")).ToContainTextAsync("version 2 now (“audit”)");
        await Expect(page.Locator("[data-test=meanwhile] [data-test=change]")).ToContainTextAsync("1 → 3");
        await page.Locator("[data-test=save-policy][aria-disabled=true]").HoverAsync();
        await Expect(page.Locator(".blocked:has([data-test=save-policy]) .why")).ToContainTextAsync("meanwhile");
        await page.Locator("[data-test=keep-mine]").ClickAsync();
        await Expect(page.Locator("[data-test=review] [data-test=change]").First).ToContainTextAsync("3 → 2");
        await page.Locator("[data-test=save-policy]:not([aria-disabled=true])").ClickAsync();
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync("1 promotion under way");
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(page.Locator("[data-test=policy-version]")).ToHaveCountAsync(3);
        await Expect(page.Locator("[data-test=policy-version][data-number='3'] [data-test=change]").First).ToContainTextAsync("3 → 2");
        await stack.Admin.ChangeAsync("abortPromotion", new { promotion = asked["promotion"]!["id"]!.GetValue<string>(), reason = "only asked" }, "promotion { id }", ct);
    }

    [Fact]
    public async Task An_environment_is_made_and_moved_on_the_page_each_time_told_what_it_means()
    {
        var ct = TestContext.Current.CancellationToken;
        var below = await EnvironmentAsync(ct);
        var name = $"made-{Guid.NewGuid():N}"[..16];
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/models");
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("v");
        await Expect(page).ToHaveURLAsync(new Regex("/environments$"));

        await page.Locator("[data-test=add-environment]").ClickAsync();
        await page.Locator("[data-test=dialog] [data-test=name]").FillAsync(name);
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync($"{name} is then the highest");
        await page.Locator("[data-test=dialog] [data-test=rank]").FillAsync($"{places}");
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync($"{below} has rank {places}; choose another");
        var rank = Interlocked.Increment(ref places);
        await page.Locator("[data-test=dialog] [data-test=rank]").FillAsync($"{rank}");
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync($"after {below} and before production");
        await page.Locator("[data-test=policy-of]").SelectOptionAsync("production");
        await page.Locator("[data-test=confirm]").ClickAsync();
        var card = page.Locator($"[data-test=environment][data-name='{name}']");
        await Expect(card.Locator("[data-setting=Approvals]")).ToContainTextAsync("1 person");

        await card.Locator("[data-test=move-environment]").ClickAsync();
        await page.Locator("[data-test=dialog] [data-test=rank]").FillAsync($"{Interlocked.Increment(ref places)}");
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync("0 models are live in it");
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(page.Locator("[data-test=confirm]")).ToHaveCountAsync(0);
        var ranks = (await stack.RunAsync(ct, "environment", "list")).Expect(0).Json.GetProperty("environments").EnumerateArray().ToDictionary(e => e.GetProperty("name").GetString()!, e => e.GetProperty("rank").GetInt32());
        Assert.Equal(rank + 1, ranks[name]);
    }

    /// <summary>One of its own, between staging and production: the highest stays the highest for all other tests.</summary>
    private async Task<string> EnvironmentAsync(CancellationToken ct, int approvals = 0)
    {
        var name = $"place-{Guid.NewGuid():N}"[..16];
        (await stack.RunAsync(ct, "environment", "move", "production", "--rank", "1000")).Expect(0);
        await stack.Admin.ChangeAsync("createEnvironment", new { name, rank = Interlocked.Increment(ref places), policy = new { approvals } }, "environment { name }", ct);
        return name;
    }

    private static ILocator Setting(IPage page, string name) => page.Locator($"[data-test=policy] [data-setting='{name}']");

    private static async Task ChangeAsync(IPage page, string field, string value)
    {
        var input = page.Locator($"[data-test={field}]").Last;
        await input.FillAsync(value);
        await input.BlurAsync();
    }
}
