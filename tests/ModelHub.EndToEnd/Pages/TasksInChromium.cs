using System.Diagnostics;
using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;
using ModelHub.EndToEnd.Surviving.Kills;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>What people come to the console for, from the first click to what it is good for.</summary>
[Collection(SharedStack.Name)]
public sealed class TasksInChromium(SharedStack shared, Browser browser, ITestOutputHelper output)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task A_token_made_on_the_page_is_enough_for_a_ci_job_and_nothing_after_it_is_revoked()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ModelWithVersionAsync("by-ci", 2, ct);
        var (name, file) = ($"ci-{Guid.NewGuid():N}"[..20], Path.Combine(stack.Data, $"{model}.onnx"));
        await File.WriteAllBytesAsync(file, TinyModel.Scale(3), ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/access");

        await page.Locator("[data-test=add-token]").ClickAsync();
        await page.Locator("input[data-test=name]").FillAsync(name);
        await page.Locator("[data-test=scope-READ]").CheckAsync();
        await page.Locator("[data-test=scope-WRITE]").CheckAsync();
        await page.Locator("[data-test=role]").SelectOptionAsync("CONTRIBUTOR");
        await page.Locator("[data-test=confirm]").ClickAsync();
        var token = Regex.Match(await page.Locator("[data-test=secret]").InnerTextAsync(), "mh_[A-Za-z0-9_-]+").Value;
        Task<CommandResult> JobAsync() => ModelHubCommand.RunAsync(
            ["version", "register", model, "--file", file, "--json", "--url", stack.Api.ToString(), "--token", token], TimeSpan.FromMinutes(2), ct);
        (await JobAsync()).Expect(0);

        await page.ReloadAsync();
        await page.Locator($"[data-test=token][data-name='{name}'] button").First.ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page.Locator("[data-test=confirm]")).ToHaveCountAsync(0);
        Assert.NotEqual(0, (await JobAsync()).ExitCode);
    }

    [Fact]
    public async Task A_button_that_nobody_hears_yet_is_pressed_when_it_is_heard()
    {
        var page = await browser.SignedInAsync(stack, TestContext.Current.CancellationToken);
        var connects = new TaskCompletionSource();
        await page.RouteAsync("**/_blazor/negotiate**", async route =>
        {
            await connects.Task;
            await route.ContinueAsync();
        });
        await page.GotoAsync(new Uri(stack.Console, "/access").ToString());
        var button = page.Locator("[data-test=add-token]");
        await Expect(button).ToHaveCSSAsync("pointer-events", "none");

        var press = button.ClickAsync();
        connects.SetResult();
        await press;

        await Expect(page.Locator("[data-test=dialog]")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task What_one_does_in_one_browser_another_sees_at_once()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("both", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct)).Expect(0);
        (await stack.RunAsync(ct, "promote", $"{model}@2", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        var (here, there) = (await browser.SignedInAsync(stack, ct), await browser.SignedInAsync(stack, ct));
        await here.OpenLiveAsync(stack, $"/endpoints/staging/{model}");
        await there.OpenLiveAsync(stack, "/promotions");
        await there.OpenLiveAsync(stack, $"/endpoints/staging/{model}");
        await Expect(there.Locator("[data-test=variant][data-version='2']")).ToContainTextAsync("100 %");
        await here.Locator("[data-test=rollback]").ClickAsync();

        await here.Locator("[data-test=confirm]").ClickAsync();
        await Expect(here.Locator("[data-test=variant][data-version='1']")).ToContainTextAsync("100 %");
        var clock = Stopwatch.StartNew();
        await Expect(there.Locator("[data-test=variant][data-version='1']")).ToContainTextAsync("100 %");

        output.WriteLine($"The other browser showed it {clock.ElapsedMilliseconds} ms after the first.");
    }

    [Fact]
    public async Task A_page_outlives_the_api_and_moves_again_when_it_is_back()
    {
        var ct = TestContext.Current.CancellationToken;
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/models");

        stack.Kill(Victim.Api, new Random(1));
        await Expect(page.Locator("[data-test=live-lost]")).ToBeVisibleAsync();
        await stack.AllReadyAsync(ct);
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync(new() { Timeout = 60_000 });
        var name = Registering.NewModelName("after");
        (await stack.RunAsync(ct, "model", "create", name)).Expect(0);

        await Expect(page.Locator("[data-test=model]", new() { HasText = name })).ToBeVisibleAsync();
        await Expect(page.Locator("[data-test=fault]")).ToHaveCountAsync(0);
    }

    [Fact]
    public async Task A_candidate_that_answered_alike_in_the_shadow_is_promoted_from_its_report()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = await stack.ServedModelAsync("shadowed", 2, ct);
        (await stack.RegisterAsync(model, TinyModel.Scale(2.0001f), ct)).Expect(0);
        var id = (await stack.RunAsync(ct, "shadow", "start", $"{model}@2", "--env", "staging", "--samples", "50")).Expect(0).Json.GetProperty("id").GetString()!;
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/shadows/{id}");

        await using (Calls.Start(stack, model))
            await Expect(page.Locator("[data-test=state][data-state=PASSED]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Locator("[data-test=promote-candidate]:not([aria-disabled=true])").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex("/promotions/."));
        await Expect(page.Locator("[data-test=state][data-state=LIVE]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
    }
}
