using System.Diagnostics;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using GraphCaller = ModelHub.EndToEnd.Support.Graph;

namespace ModelHub.Benchmarks.Pages;

/// <summary>The machine's own Chromium, signed in as the administrator.</summary>
internal sealed class Chromium : IAsyncDisposable
{
    private static readonly ViewportSize Size = new() { Width = 1280, Height = 900 };
    private const string Live = "[data-test=live][data-state=live]";
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private readonly IPlaywright playwright;
    private readonly IBrowser browser;
    private readonly IBrowserContext context;
    private readonly Uri console;

    private Chromium(IPlaywright playwright, IBrowser browser, IBrowserContext context, Uri console) =>
        (this.playwright, this.browser, this.context, this.console) = (playwright, browser, context, console);

    public static async Task<Chromium> StartAsync(Stack stack, CancellationToken ct) => await StartAsync(stack.Console, stack.Admin, ct);

    public static async Task<Chromium> StartAsync(Uri console, GraphCaller admin, CancellationToken ct, int width = 1280)
    {
        var path = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).SelectMany(folder => Names.Select(name => Path.Combine(folder, name))).FirstOrDefault(File.Exists)
            ?? throw new InvalidOperationException($"This benchmark needs a browser (Debian and Ubuntu: apt install chromium): none of {string.Join(", ", Names)} is on the PATH.");
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"] });
        var context = await browser.NewContextAsync(new() { ViewportSize = new() { Width = width, Height = Size.Height } });
        context.SetDefaultTimeout(60_000);
        var page = await context.NewPageAsync();
        await page.GotoAsync(await LinkAsync(admin, ct));
        await page.Locator("[data-test=rail]").WaitForAsync();
        await page.CloseAsync();
        return new(playwright, browser, context, console);
    }

    /// <summary>A tab of its own, in the same window.</summary>
    public Task<IPage> TabAsync() => context.NewPageAsync();

    /// <summary>A window of somebody who has not signed in.</summary>
    public Task<IPage> StrangerAsync() => browser.NewPageAsync(new() { ViewportSize = new() { Width = 1440, Height = 900 } });

    /// <summary>Opens the page in a tab of its own, everything that may be cached being so.</summary>
    public async Task<Opening> OpenAsync(OpenedPage page, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        var tab = await context.NewPageAsync();
        var clock = Stopwatch.StartNew();
        async Task<double> Until(string selector, WaitForSelectorState state)
        {
            await tab.Locator(selector).First.WaitForAsync(new() { State = state });
            return clock.Elapsed.TotalMilliseconds;
        }
        await tab.GotoAsync(new Uri(console, page.Path).ToString(), new() { WaitUntil = WaitUntilState.Commit });
        var (content, live) = (Until(page.Shows, WaitForSelectorState.Visible), Until(Live, WaitForSelectorState.Attached));
        await Task.WhenAll(content, live);
        var painted = await tab.EvaluateAsync<double>("() => performance.getEntriesByName('first-contentful-paint')[0].startTime");
        await tab.CloseAsync();
        return new(painted, await content, await live);
    }

    /// <summary>What comes over the wire until the page is whole and live, with nothing cached: in a browser of its own, through a port that counts.</summary>
    public async Task<double> WeighAsync(OpenedPage page, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        await using var wire = new CountedWire(console);
        await using var fresh = await browser.NewContextAsync(new() { ViewportSize = Size, StorageState = await context.StorageStateAsync() });
        var tab = await fresh.NewPageAsync();
        await tab.GotoAsync(new Uri(wire.Url, page.Path).ToString());
        await tab.Locator(page.Shows).First.WaitForAsync();
        await tab.Locator(Live).First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        return wire.Received;
    }

    public async ValueTask DisposeAsync()
    {
        await context.DisposeAsync();
        await browser.DisposeAsync();
        playwright.Dispose();
    }

    private static async Task<string> LinkAsync(GraphCaller admin, CancellationToken ct)
    {
        var people = await admin.AskAsync("{ users { id name } }", null, ct);
        var user = people["users"]!.AsArray().Single(person => person!["name"]!.GetValue<string>() == "admin")!["id"]!.GetValue<string>();
        var made = await admin.ChangeAsync("createLoginLink", new { user }, "loginLink { url }", ct);
        return made["loginLink"]!["url"]!.GetValue<string>();
    }
}
