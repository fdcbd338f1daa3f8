using Microsoft.Playwright;
using ModelHub.EndToEnd.Pages;

[assembly: AssemblyFixture(typeof(Browser))]

namespace ModelHub.EndToEnd.Pages;

/// <summary>The machine's own Chromium, driven by Playwright. Where there is none the browser tests say so and are skipped.</summary>
public sealed class Browser : IAsyncLifetime
{
    private const float Patience = 60_000;
    private static readonly string[] Names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    private static readonly string[] Quiet =
        ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"];
    private IPlaywright? playwright;
    private IBrowser? browser;

    public async ValueTask InitializeAsync()
    {
        if (Find() is not { } path)
            return;
        playwright = await Playwright.CreateAsync();
        // A bound for what hangs: on a busy machine what is right may take its time.
        Assertions.SetDefaultExpectTimeout(Patience);
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Headless = true, Args = Quiet });
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
    }

    /// <summary>A browser window of its own, with no cookies, in the colours asked for. It is closed with the test.</summary>
    internal async Task<IPage> OpenAsync(ColorScheme colours = ColorScheme.Light, int width = 1280, int height = 900)
    {
        Assert.SkipWhen(browser is null, $"No browser on this machine: none of {string.Join(", ", Names)} is on the PATH.");
        var context = await browser!.NewContextAsync(new() { ColorScheme = colours, ViewportSize = new() { Width = width, Height = height } });
        context.SetDefaultTimeout(Patience);
        var page = await context.NewPageAsync();
        PagesOfTestAttribute.Add(page);
        return page;
    }

    private static string? Find() => (System.Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => Names.Select(name => Path.Combine(folder, name)))
        .FirstOrDefault(File.Exists);
}
