using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using ModelHub.EndToEnd.Surviving.Kills;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>Webhooks, from the first message over a receiver that fails to the last one.</summary>
[Collection(SharedStack.Name)]
public sealed class WebhooksInChromium(SharedStack shared, Browser browser)
{
    private static readonly LocatorAssertionsToBeVisibleOptions Soon = new() { Timeout = 60_000 };
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_webhook_is_made_pinged_seen_failing_replayed_paused_and_removed_on_its_page()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var receiver = await MessageLog.StartAsync();
        var name = $"bot-{Guid.NewGuid():N}"[..20];
        var (page, list) = (await browser.SignedInAsync(stack, ct), await browser.SignedInAsync(stack, ct));
        await page.OpenLiveAsync(stack, "/webhooks");
        await list.OpenLiveAsync(stack, "/webhooks");
        var row = list.Locator($"[data-test=webhook][data-name='{name}']");

        await page.Locator("[data-test=add-webhook]").ClickAsync();
        await page.Locator("input[data-test=name]").FillAsync(name);
        await page.Locator("input[data-test=url]").FillAsync(receiver.Url);
        await page.Locator("input[data-test=types]").FillAsync("version.promotd");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page.Locator("[data-test=refusal]")).ToContainTextAsync("version.promotd");
        await page.Locator("input[data-test=types]").FillAsync("webhook.pinged");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page.Locator("[data-test=secret]")).ToContainTextAsync("whsec_");
        await page.Locator("[data-test=secret] .btn.main").ClickAsync();
        await Expect(row).ToContainTextAsync("none yet");
        await page.Locator($"[data-test=webhook][data-name='{name}'] [data-test=webhook-link]").ClickAsync();

        await Expect(page.Locator("[data-test=deliveries] [data-test=empty]")).ToContainTextAsync($"./modelhub webhook ping {name}");
        await DoAsync(page, "ping");
        var first = page.Locator("[data-test=delivery]").Last;
        await Expect(first.Locator("[data-state=DELIVERED]")).ToBeVisibleAsync(Soon);
        await Expect(first).ToContainTextAsync("200");
        await Expect(row.Locator("[data-state=ACTIVE]")).ToBeVisibleAsync(Soon);

        receiver.Answer = 503;
        await DoAsync(page, "ping");
        var newest = page.Locator("[data-test=delivery]").First;
        await Expect(newest.Locator("[data-state=FAILING]")).ToBeVisibleAsync(Soon);
        await Expect(newest).ToContainTextAsync("answered 503");
        await Expect(page.Locator(".head [data-state=FAILING]")).ToBeVisibleAsync(Soon);
        await Expect(row.Locator("[data-state=FAILING]")).ToBeVisibleAsync(Soon);
        await page.Locator("[data-test=filter-state]").SelectOptionAsync("PENDING");
        await Expect(page.Locator("[data-test=delivery]")).ToHaveCountAsync(1);
        await page.Locator("[data-test=delivery-open]").ClickAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
        await Expect(page.Locator("[data-test=delivery-details]")).ToContainTextAsync($"\"webhook\": \"{name}\"");
        await Expect(page.Locator("[data-test=try]").First).ToContainTextAsync("answered 503");

        receiver.Answer = 200;
        await DoAsync(page, "replay");
        await page.Locator("[data-test=filter-state]").SelectOptionAsync("DELIVERED");
        await Expect(page.Locator("[data-test=delivery]")).ToHaveCountAsync(2, new() { Timeout = 60_000 });
        await Expect(page.Locator(".head [data-state=ACTIVE]")).ToBeVisibleAsync(Soon);
        Assert.Equal(2, receiver.Messages.Select(message => message.Id).Distinct().Count());

        await page.Locator("[data-test=delivery]").Last.Locator("[data-test=replay]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Eventually.HoldsAsync("the first message comes again under its id", () => Task.FromResult(receiver.Messages[^1].Id == receiver.Messages[0].Id), TimeSpan.FromSeconds(60), ct);

        await page.Locator("[data-test=rotate]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page.Locator("[data-test=secret]")).ToContainTextAsync("whsec_");
        await page.Locator("[data-test=secret] .btn.main").ClickAsync();
        await DoAsync(page, "pause", "they are moving");
        await Expect(row).ToContainTextAsync("they are moving");
        await DoAsync(page, "resume");
        await page.Locator("[data-test=remove]").ClickAsync();
        await Expect(page.Locator("[data-test=consequence]")).ToContainTextAsync("the log of 2 deliveries is gone");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(row).ToHaveCountAsync(0, new() { Timeout = 60_000 });
    }

    private static async Task DoAsync(IPage page, string deed, string? reason = null)
    {
        await page.Locator($"[data-test={deed}]").First.ClickAsync();
        if (reason is not null)
            await page.Locator("[data-test=dialog] textarea").FillAsync(reason);
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page.Locator("[data-test=confirm]")).ToHaveCountAsync(0);
    }
}
