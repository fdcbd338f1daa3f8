using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>Getting about by keys, and what stands side by side or below an endpoint.</summary>
[Collection(SharedStack.Name)]
public sealed class WaysInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Keys_lead_to_pages_the_palette_to_models_and_both_are_explained()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("found");
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/nodes");

        await page.Keyboard.PressAsync("?");
        await Expect(page.Locator("[data-test=keys]")).ToContainTextAsync("Edge bundles");
        await page.Keyboard.PressAsync("Escape");
        await Expect(page.Locator("[data-test=keys]")).ToBeHiddenAsync();
        await page.Keyboard.PressAsync("g");
        await page.Keyboard.PressAsync("b");
        await Expect(page).ToHaveURLAsync(new Regex("/batches$"));

        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("[data-test=palette-input]").FillAsync(model);
        await Expect(page.Locator("[data-test=palette-found] a")).ToHaveCountAsync(1);
        await page.Keyboard.PressAsync("ArrowDown");
        await Expect(page.Locator("[data-test=palette-found] a")).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex($"/models/{model}$"));
        await Expect(page.Locator("[data-test=palette]")).ToBeHiddenAsync();
    }

    [Fact]
    public async Task The_palette_finds_environments_and_endpoints_by_their_names()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("sought", 2, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/");
        var found = page.Locator("[data-test=palette-found] a");

        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("[data-test=palette-input]").FillAsync("Stagi");
        await found.Filter(new() { HasText = "environment" }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/environments/staging$"));

        await page.Keyboard.PressAsync("Control+k");
        await page.Locator("[data-test=palette-input]").FillAsync($"{model} stag");
        await Expect(found).ToHaveCountAsync(1);
        await Expect(found).ToContainTextAsync($"{model} in staging");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(new Regex($"/endpoints/staging/{model}$"));
    }

    [Fact]
    public async Task Two_versions_are_marked_and_stand_side_by_side_with_what_differs()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("beside", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct, "--metric", "accuracy=0.9")).Expect(0);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/models/{model}");

        await Expect(page.Locator("[data-test=compare-hint]")).ToContainTextAsync("two to five");
        await page.Locator("[data-test=choose]").First.CheckAsync();
        await page.Locator("[data-test=choose]").Last.CheckAsync();
        await page.Locator("[data-test=compare]").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("compare\\?versions=1,2$"));
        await Expect(page.Locator("[data-test=compared-line]", new() { HasText = "accuracy" })).ToContainTextAsync("0.9+0.1");
        await Expect(page.Locator("[data-test=compared-line][data-differs=no]", new() { HasText = "Format" })).ToBeVisibleAsync();
        await page.Locator("[data-test=only-differences]").ClickAsync();
        await Expect(page.Locator("[data-test=compared-line][data-differs=no]")).ToHaveCountAsync(0);
        await Expect(page.Locator("[data-test=compared-line]", new() { HasText = "accuracy" })).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_request_that_is_written_down_appears_by_itself_with_its_values()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("written", 2, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/endpoints/staging/{model}/predictions");
        await Expect(page.Locator("[data-test=empty]")).ToContainTextAsync($"ledger {model} --env staging");

        (await stack.RunAsync(ct, "ledger", model, "--env", "staging", "--share", "1")).Expect(0);
        await Eventually.HoldsAsync("a request is written down", async () =>
        {
            await stack.AskAsAsync(model, null, ct);
            return await page.Locator("[data-test=prediction]").CountAsync() > 0;
        }, TimeSpan.FromSeconds(30), ct);
        await page.Locator("[data-test=prediction-open]").Last.ClickAsync();

        await Expect(page.Locator("[data-test=prediction-details]")).ToContainTextAsync("x [1, 1, 1, 1]");
    }
}
