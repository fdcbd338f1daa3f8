using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>Alerts as the person sees them who has to do something about them.</summary>
[Collection(SharedStack.Name)]
public sealed class AlertsInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task An_alert_appears_is_looked_after_and_silenced_and_goes_with_its_rule()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("alerted", 2, ct);
        var rule = $"silent-{Guid.NewGuid():N}"[..20];
        var page = await OpenAsync(ct);

        (await stack.RunAsync(ct, "alert", "rule", "create", rule, "--model", model, "--measure", "requests.rate", "--above", "1000000", "--absent", "1s")).Expect(0);
        var line = page.Locator("[data-test=alert]", new() { HasText = model });
        await Expect(line.Locator("[data-state=FIRING]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        (await stack.RunAsync(ct, "alerts", "--model", model)).Expect(1);

        await line.Locator("[data-test=acknowledge]").ClickAsync();
        await page.Locator("[data-test=dialog] textarea").FillAsync("asking the callers");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(line).ToContainTextAsync("admin looks after it: asking the callers");

        await line.Locator("[data-test=silence]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page.Locator("[data-test=refusal]")).ToContainTextAsync("why");
        await page.Locator("[data-test=dialog] textarea").FillAsync("they are moving");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(line.Locator("[data-state=SILENCED]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-test=silences]")).ToContainTextAsync("they are moving");
        (await stack.RunAsync(ct, "alerts", "--model", model)).Expect(0);

        await page.Locator("[data-test=alert-rule]", new() { HasText = rule }).Locator("[data-test=delete-rule]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(line).ToHaveCountAsync(0, new() { Timeout = 60_000 });
    }

    [Fact]
    public async Task A_rule_is_made_and_switched_off_on_the_page()
    {
        var ct = TestContext.Current.CancellationToken;
        var name = $"paged-{Guid.NewGuid():N}"[..20];
        var page = await OpenAsync(ct);

        await page.Locator("[data-test=add-rule]").ClickAsync();
        await page.Locator("input[data-test=name]").FillAsync(name);
        await page.Locator("[data-test=confirm]").ClickAsync();
        var row = page.Locator("[data-test=alert-rule]", new() { HasText = name });
        await Expect(row).ToContainTextAsync("every model in every environment");
        await row.Locator("[data-test=edit-rule]").ClickAsync();
        await page.Locator("[data-test=enabled]").UncheckAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(row).ToContainTextAsync("(off)");
        (await stack.RunAsync(ct, "alert", "rule", "delete", name)).Expect(0);
        await Expect(row).ToHaveCountAsync(0);
    }

    private async Task<IPage> OpenAsync(CancellationToken ct)
    {
        var people = await stack.Admin.AskAsync("{ users { id name } }", null, ct);
        var user = people["users"]!.AsArray().Single(person => person!["name"]!.GetValue<string>() == "admin")!["id"]!.GetValue<string>();
        var made = await stack.Admin.ChangeAsync("createLoginLink", new { user }, "loginLink { url }", ct);
        var page = await browser.OpenAsync();
        await page.GotoAsync(made["loginLink"]!["url"]!.GetValue<string>());
        await Expect(page.Locator("[data-test=rail]")).ToBeVisibleAsync();
        await page.GotoAsync(new Uri(stack.Console, "/alerts").ToString());
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
        return page;
    }
}
