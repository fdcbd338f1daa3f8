using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>WCAG 2.2 AA as far as a program can judge it: axe-core looks at every page there is, filled, in both themes.</summary>
[Collection(SharedStack.Name)]
public sealed class AccessibilityInChromium(SharedStack shared, Browser browser)
{
    private const string Judge = """
        async () => {
          const found = await axe.run(document, { resultTypes: ['violations'], runOnly: { type: 'tag', values: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] } });
          return found.violations.flatMap(rule => rule.nodes.slice(0, 3).map(node => `${rule.id}: ${node.target.join(' ')} (${(node.any[0] ?? node.all[0] ?? node.none[0])?.message ?? rule.help})`));
        }
        """;
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Axe_finds_nothing_on_any_page_in_either_theme()
    {
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.AddInitScriptAsync(await File.ReadAllTextAsync(Path.Combine(Repository.Root, "node_modules", "axe-core", "axe.min.js"), ct));
        // Colours that are still on their way from one theme to the other are no colours of a page.
        await page.EmulateMediaAsync(new() { ReducedMotion = Microsoft.Playwright.ReducedMotion.Reduce });
        var faults = new List<string>();

        foreach (var address in FilledConsole.Routes.SelectMany(filled.Addresses))
        {
            await page.OpenLiveAsync(stack, address);
            await Expect(page.Locator(".skeleton")).ToHaveCountAsync(0);
            await Expect(page.Locator("[data-test=fault]")).ToHaveCountAsync(0);
            // What stands behind pictures comes with a click.
            for (var closed = page.Locator("[data-test=chart-table]:not([open]) > summary"); await closed.CountAsync() is > 0 and var left;)
            {
                await closed.First.ClickAsync();
                await Expect(closed).ToHaveCountAsync(left - 1);
            }
            await JudgeAsync(address);
        }

        await page.Keyboard.PressAsync("?");
        await JudgeAsync("the keys");
        Assert.True(FilledConsole.Routes.Count > 25, "The routes were not found in the sources of the pages.");
        Assert.Empty(faults);

        async Task JudgeAsync(string what)
        {
            foreach (var theme in new[] { "light", "dark" })
            {
                await page.EvaluateAsync("theme => document.documentElement.dataset.theme = theme", theme);
                faults.AddRange((await page.EvaluateAsync<string[]>(Judge)).Select(fault => $"{what} ({theme}): {fault}"));
            }
        }
    }
}
