using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>Batch runs, bundles and experiments in the console, as a person uses them.</summary>
[Collection(SharedStack.Name)]
public sealed class DeliveryInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_batch_run_is_opened_from_the_list_moves_by_itself_and_is_cancelled_told_in_numbers()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("cancelled");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RegisterAsync(model, TinyModel.Scale(2, columns: 1), ct)).Expect(0);
        var input = Path.Combine(stack.Data, $"{model}.csv");
        await File.WriteAllLinesAsync(input, ["x", .. Enumerable.Range(0, 9_000).Select(i => $"{i}")], ct);
        (await stack.RunAsync(ct, "batch", $"{model}@1", "--input", input, "--shard-rows", "1")).Expect(0);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/batches");

        await page.Locator("[data-test=batch]", new() { HasText = model }).Locator("[data-test=batch-link]").ClickAsync();
        await Expect(page.Locator("[data-test=rows-done]")).ToContainTextAsync(new Regex("^[1-9][0-9,]* of 9,000$"), new() { Timeout = 60_000 });
        await page.Locator("[data-test=cancel-batch]").ClickAsync();
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync(new Regex($"[0-9]+ of 9,000 rows predicted .*{model}.predictions gets no new version"));
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(page.Locator("[data-test=state][data-state=CANCELLED]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Locator("[data-test=cancel-batch][aria-disabled=true]").HoverAsync();
        await Expect(page.Locator(".blocked:has([data-test=cancel-batch]) .why")).ToHaveTextAsync("It has been cancelled already.");
    }

    [Fact]
    public async Task A_bundle_that_was_taken_out_stands_on_its_page_with_the_key_and_how_to_verify_it()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("taken", 2, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/models/{model}/versions/1");
        await page.Locator("[data-test=bundles-of-version]").ClickAsync();
        await Expect(page.Locator("[data-test=bundles] [data-test=empty]")).ToContainTextAsync($"bundle export {model}@1");

        (await stack.RunAsync(ct, "bundle", "export", $"{model}@1", "--output", Path.Combine(stack.Data, $"{model}.mhb"))).Expect(0);

        await Expect(page.Locator("[data-test=bundle]")).ToContainTextAsync($"{model} v1");
        var key = await page.Locator("[data-test=bundle-key]").First.Locator("td").First.InnerTextAsync();
        await Expect(page.Locator("[data-test=bundle]")).ToContainTextAsync(key);
        await Expect(page.Locator("[data-test=verify]")).ToContainTextAsync("bundle verify bundle.mhb --key modelhub.pem");
    }

    [Fact]
    public async Task An_experiment_fills_its_arms_under_traffic_is_concluded_by_its_labels_and_its_winner_is_promoted()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("clicked", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct)).Expect(0);
        var started = await stack.RunAsync(
            ct, "experiment", "start", model, "--env", "staging", "--arm", "new=2:50", "--arm", "old=1:50", "--key-header", "x-user", "--samples", "50");
        var id = started.Expect(0).Json.GetProperty("id").GetString()!;
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/experiments");

        await page.Locator("[data-test=experiment]", new() { HasText = model }).GetByRole(AriaRole.Link).ClickAsync();
        await Expect(page.Locator("[data-test=state][data-state=RUNNING]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Eventually.HoldsAsync("the router deals", () => stack.DealsAsync(model, 40, ct), TimeSpan.FromSeconds(60), ct);
        var arms = new Dictionary<string, int>();
        for (var user = 0; user < 240; user++)
            arms.Add($"user-{user}", await stack.AskAsAsync(model, $"user-{user}", ct));

        await Expect(Cell("old", "Keys")).ToHaveTextAsync(new Regex("^1[0-9]{2}$"), new() { Timeout = 60_000 });
        await Expect(Cell("new", "Keys")).ToHaveTextAsync(new Regex("^1[0-9]{2}$"));
        await Expect(page.Locator("[data-test=ratio]").First).ToContainTextAsync("yes");
        await page.Locator("[data-test=promote-winner][aria-disabled=true]").HoverAsync();
        await Expect(page.Locator(".blocked:has([data-test=promote-winner]) .why")).ToContainTextAsync("Only an arm that is better");

        // Of the old arm a fifth is won, of the new one four fifths.
        (await stack.RunAsync(ct, ["experiment", "label", id, .. arms.Select((user, i) => $"{user.Key}={((user.Value == 3) == (i % 5 > 0) ? 1 : 0)}")])).Expect(0);
        await Expect(page.Locator("[data-test=state][data-state=CONCLUDED]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(Cell("new", "Standing")).ToHaveTextAsync("better");
        await page.Locator("[data-test=promote-winner]:not([aria-disabled=true])").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/promotions/."));
        await Expect(page.Locator("h1")).ToContainTextAsync(model);
        await Expect(page.Locator("[data-test=gate]").First).ToBeVisibleAsync();

        ILocator Cell(string arm, string name) => page.Locator("[data-test=arm]", new() { HasText = arm }).Locator($"td[data-label='{name}']");
    }
}
