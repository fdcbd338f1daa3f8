using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>What is drawn, chosen in and walked: drift, two data versions, a lineage, a run against the champion.</summary>
[Collection(SharedStack.Name)]
public sealed partial class ChartsInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_cell_of_the_heat_map_opens_both_distributions_by_mouse_by_keys_and_by_its_address()
    {
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/endpoints/staging/{filled.Model}/monitoring");
        var map = page.Locator("[data-test=drift] .picture[data-drawn=heat]");
        await Expect(map).ToBeVisibleAsync();

        await map.FocusAsync();
        await page.Keyboard.PressAsync("ArrowRight");
        await page.Keyboard.PressAsync("Home");
        await Expect(page.Locator("[data-test=drift] [aria-live]")).ToContainTextAsync("window until");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page).ToHaveURLAsync(CellAddress());
        await Expect(page.Locator("[data-test=cell]")).ToContainTextAsync("n = ");

        await page.Locator("[data-test=close-cell]").ClickAsync();
        await Expect(page.Locator("[data-test=cell]")).ToHaveCountAsync(0);
        await map.ClickAsync(new() { Position = new() { X = await map.EvaluateAsync<int>("box => box.clientWidth") - 30, Y = 16 } });
        await Expect(page).ToHaveURLAsync(CellAddress());

        await page.Locator("[data-test=drift] [data-test=chart-table] summary").ClickAsync();
        await page.Locator("[data-test=drift-cell][data-column=x]", new() { HasText = "▲" }).First.ClickAsync();
        await Expect(page.Locator("[data-test=cell] [data-state=FAIL]")).ToHaveTextAsync("beyond its limit");
        await Expect(page.Locator("[data-test=cell] .picture[data-drawn=bars]")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
        await page.Locator("[data-test=cell] [data-test=chart-table] summary").ClickAsync();
        await Expect(page.Locator("[data-test=slot]").First).ToContainTextAsync("below");
    }

    [Fact]
    public async Task A_picture_that_is_left_before_it_is_drawn_breaks_nothing()
    {
        const int Times = 10;
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/endpoints/staging/{filled.Model}/monitoring");
        await page.Locator("[data-test=drift] [data-test=chart-table] summary").ClickAsync();
        // By the page itself, in the moment its place is there: no driver is as quick.
        await page.EvaluateAsync("""
            () => {
              window.left = 0;
              new MutationObserver(() => {
                const picture = document.querySelector('[data-test=cell] .picture');
                if (!picture || picture.seen || picture.dataset.drawn) return;
                picture.seen = true;
                window.left++;
                document.querySelector('[data-test=close-cell]').click();
              }).observe(document.body, { childList: true, subtree: true });
            }
            """);

        for (var i = 1; i <= Times; i++)
        {
            await page.Locator("[data-test=drift-cell][data-column=x]").First.ClickAsync();
            await page.WaitForFunctionAsync("times => window.left === times", i);
            await Expect(page.Locator("[data-test=cell]")).ToHaveCountAsync(0);
        }

        await Expect(page.Locator("[data-test=drift] .picture[data-drawn=heat]")).ToBeVisibleAsync();
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
    }

    [Fact]
    public async Task The_table_behind_a_picture_is_on_the_page_while_it_is_open_by_mouse_and_by_keys()
    {
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/endpoints/staging/{filled.Model}/monitoring");
        var (table, cells) = (page.Locator("[data-test=drift] [data-test=chart-table]"), page.Locator("[data-test=drift-cell]"));
        await Expect(page.Locator("[data-test=drift] .picture[data-drawn=heat]")).ToBeVisibleAsync();
        await Expect(cells).ToHaveCountAsync(0);

        await table.Locator("summary").ClickAsync();
        await Expect(cells.First).ToBeVisibleAsync();
        await Expect(table).ToHaveAttributeAsync("open", "");

        await page.Keyboard.PressAsync("Enter");
        await Expect(cells).ToHaveCountAsync(0);
        await Expect(table).Not.ToHaveAttributeAsync("open", "");
        await page.Keyboard.PressAsync("Space");
        await Expect(cells.First).ToBeVisibleAsync();
    }

    [Fact]
    public async Task An_endpoint_without_judged_windows_tells_what_makes_one()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("unjudged", 2, ct);
        var page = await browser.SignedInAsync(stack, ct);

        await page.OpenLiveAsync(stack, $"/endpoints/staging/{model}/monitoring");

        await Expect(page.Locator("[data-test=drift] [data-test=empty]")).ToContainTextAsync($"./modelhub monitor {model} --env staging");
        await Expect(page.Locator("[data-test=quality-over-time] [data-test=empty]")).ToContainTextAsync("labels import");
    }

    [Fact]
    public async Task Two_data_versions_are_marked_and_compared_row_by_row_and_column_by_column()
    {
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/datasets/{filled.Dataset}");

        await page.Locator("[data-test=choose]").First.CheckAsync();
        await page.Locator("[data-test=choose]").Last.CheckAsync();
        await page.Locator("[data-test=compare]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("compare\\?from=1&to=2$"));
        await Expect(page.Locator("[data-test=column][data-column=x] svg.histogram")).ToHaveCountAsync(2);
        await page.Locator("[data-test=key]").FillAsync("id");
        await page.Locator("[data-test=key]").BlurAsync();
        await Expect(page).ToHaveURLAsync(new Regex("key=id$"));
        await page.Locator("[data-test=compare-rows]").ClickAsync();

        await Expect(page.Locator("[data-test=changed]")).ToHaveTextAsync("400", new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-test=added]")).ToHaveTextAsync("+0");
        await Expect(page.Locator("[data-test=column]").First).ToHaveAttributeAsync("data-column", "x");
        await Expect(page.Locator("[data-test=column][data-column=y] [data-test=drift]")).ToHaveTextAsync("drift 0");
    }

    [Fact]
    public async Task The_way_from_data_over_the_run_to_the_version_and_its_endpoint_is_walked_both_ways()
    {
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/datasets/{filled.Dataset}/versions/1");

        await page.Locator("[data-test=way][data-kind=VERSION]", new() { HasText = filled.Model[^12..] }).First.ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/models/{filled.Model}/versions/1$"));
        await Expect(page.Locator("[data-test=way][data-kind=TRAINING_RUN]").First).ToBeVisibleAsync();
        await Expect(page.Locator("[data-test=way][data-kind=ENDPOINT]")).ToContainTextAsync("staging");
        await page.Locator("[data-test=ways-list] summary").ClickAsync();
        await Expect(page.Locator("[data-test=ways-list] li", new() { HasText = filled.Dataset }).First).ToContainTextAsync("data");
        await page.Locator("[data-test=way][data-kind=DATA_VERSION]").First.FocusAsync();
        await page.Keyboard.PressAsync("Enter");

        await Expect(page).ToHaveURLAsync(new Regex($"/datasets/{filled.Dataset}/versions/1$"));
    }

    [Fact]
    public async Task A_run_stands_beside_the_champion_with_the_interval_of_the_difference()
    {
        var ct = TestContext.Current.CancellationToken;
        var filled = await FilledConsole.OfAsync(stack, ct);
        var page = await browser.SignedInAsync(stack, ct);

        await page.OpenLiveAsync(stack, $"/training/runs/{filled.Run}");

        await Expect(page.Locator("[data-test=evaluation]")).ToContainTextAsync("Against the champion, v1");
        await Expect(page.Locator("[data-test=held-out]").First.Locator("td[data-label='95 % interval']")).ToHaveTextAsync(new Regex("[0-9] to .*[0-9]"));
        await Expect(page.Locator("[data-test=evaluation]")).ToContainTextAsync("measured on the last 120 by id");
    }

    [GeneratedRegex("column=.+&window=")]
    private static partial Regex CellAddress();
}
