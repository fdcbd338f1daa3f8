using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>
/// How a test comes into the console and to a page of it. Where it has come to is asked with ToHaveURL, which looks again and again: the
/// driver's WaitForURL misses an address that changes while it begins to wait (microsoft/playwright-dotnet#3364).
/// </summary>
internal static class ConsoleVisits
{
    /// <summary>A window in which the administrator is signed in.</summary>
    public static async Task<IPage> SignedInAsync(this Browser browser, Stack stack, CancellationToken ct, ColorScheme colours = ColorScheme.Light, int width = 1280)
    {
        var page = await browser.OpenAsync(colours, width);
        await page.GotoAsync(await stack.LoginLinkAsync(ct));
        await Expect(page.Locator("[data-test=rail]")).ToBeVisibleAsync();
        return page;
    }

    /// <summary>Goes to a page and waits until it moves by itself.</summary>
    public static async Task OpenLiveAsync(this IPage page, Stack stack, string path)
    {
        await page.GotoAsync(new Uri(stack.Console, path).ToString());
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
    }

    public static async Task<string> LoginLinkAsync(this Stack stack, CancellationToken ct)
    {
        var people = await stack.Admin.AskAsync("{ users { id name } }", null, ct);
        var user = people["users"]!.AsArray().Single(person => person!["name"]!.GetValue<string>() == "admin")!["id"]!.GetValue<string>();
        var made = await stack.Admin.ChangeAsync("createLoginLink", new { user }, "loginLink { url }", ct);
        return made["loginLink"]!["url"]!.GetValue<string>();
    }
}
