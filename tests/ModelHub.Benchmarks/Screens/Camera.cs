using Microsoft.Playwright;
using ModelHub.Benchmarks.Pages;

namespace ModelHub.Benchmarks.Screens;

/// <summary>Takes pictures of pages once nothing on them moves any more.</summary>
internal static class Camera
{
    /// <summary>Of WebP, 0 to 100: small text stays clear, and a page takes about 60 kB.</summary>
    private const int Quality = 80;

    private const string Settled = """
        () => !document.querySelector('.skeleton, [data-test=fault]')
            && [...document.querySelectorAll('.picture')].every(picture => picture.dataset.drawn !== undefined)
            && document.fonts.status === 'loaded'
        """;

    public static async Task<byte[]> TakeAsync(Chromium chromium, Uri console, Picture picture)
    {
        var page = picture.SignedOut ? await chromium.StrangerAsync() : await chromium.TabAsync();
        await page.EmulateMediaAsync(new() { ReducedMotion = ReducedMotion.Reduce, ColorScheme = picture.Dark ? ColorScheme.Dark : ColorScheme.Light });
        await page.GotoAsync(new Uri(console, picture.Path).ToString());
        await page.Locator(picture.Shows).First.WaitForAsync();
        if (!picture.SignedOut)
            await page.Locator("[data-test=live][data-state=live]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });
        if (picture.Do is { } act)
            await act(page);
        await page.WaitForFunctionAsync(Settled);
        if (picture.From is { } top)
            await page.Locator(top).First.EvaluateAsync("top => window.scrollTo(0, top.getBoundingClientRect().top + window.scrollY - 72)");
        await page.WaitForFunctionAsync(Settled);
        var bytes = await ShootAsync(page);
        await page.CloseAsync();
        return bytes;
    }

    // Playwright itself writes no WebP, which is half as large as PNG and clearer than JPEG.
    private static async Task<byte[]> ShootAsync(IPage page)
    {
        var wire = await page.Context.NewCDPSessionAsync(page);
        var shot = await wire.SendAsync("Page.captureScreenshot", new() { ["format"] = "webp", ["quality"] = Quality });
        return shot!.Value.GetProperty("data").GetBytesFromBase64();
    }
}
