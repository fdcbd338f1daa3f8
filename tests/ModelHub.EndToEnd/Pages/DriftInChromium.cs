using System.Text.RegularExpressions;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>From traffic that moves to the version that knows it, as the person does it who is called by the alert.</summary>
[Collection(SharedStack.Name)]
public sealed class DriftInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task An_alert_of_drift_leads_to_the_heat_map_from_which_a_person_trains_again_and_follows_the_run_to_its_version()
    {
        var ct = TestContext.Current.CancellationToken;
        var (model, dataset) = (Registering.NewModelName("drifting"), Registering.NewModelName("drifting-rows"));
        await ServeAsync(model, dataset, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, "/alerts");

        await using var traffic = Applicants.Start(stack, model, shift: 6);

        var alert = page.Locator("[data-test=alert]", new() { HasText = RuleOf(model) });
        await Expect(alert.Locator("[data-state=FIRING]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(alert).ToContainTextAsync("drift.psi x");
        await alert.Locator("[data-test=alert-monitoring]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex($"/endpoints/staging/{model}/monitoring"));
        await Expect(page.Locator("[data-test=drift] .picture[data-drawn=heat]")).ToBeVisibleAsync();
        await page.Locator("[data-test=drift] [data-test=chart-table] summary").ClickAsync();
        await Expect(page.Locator("[data-test=drift-cell][data-column=x]", new() { HasText = "▲" }).First).ToBeVisibleAsync();
        await Expect(page.Locator("[data-test=drift-cell][data-column=y]", new() { HasText = "▲" })).ToHaveCountAsync(0);

        var pipeline = page.Locator($"[data-test=retrain-pipeline][data-name='{model}']");
        await pipeline.Locator("[data-test=train-again]").ClickAsync();
        await Expect(page.Locator("[data-test=dialog]")).ToContainTextAsync($"become the next version of {dataset}");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(pipeline).ToContainTextAsync($"by admin, on {dataset} v2", new() { Timeout = 60_000 });
        await pipeline.Locator("[data-test=retrain-run]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/training/runs/."));
        await Expect(page.Locator("[data-test=state][data-state=SUCCEEDED]").First).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await page.Locator("[data-test=run-version]").ClickAsync();

        await Expect(page).ToHaveURLAsync(new Regex($"/models/{model}/versions/2$"));
        await Expect(page.Locator(".head [data-state=READY]")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-test=lineage-data]")).ToHaveTextAsync($"{dataset} v2");
    }

    [Fact]
    public async Task A_run_that_is_wanted_is_so_to_everybody_and_after_a_reload_until_it_is_there()
    {
        var ct = TestContext.Current.CancellationToken;
        var (model, dataset) = (Registering.NewModelName("wanting"), Registering.NewModelName("wanting-rows"));
        await ServeAsync(model, dataset, ct);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/endpoints/staging/{model}/monitoring");
        var pipeline = page.Locator($"[data-test=retrain-pipeline][data-name='{model}']");
        await Expect(pipeline).ToBeVisibleAsync();
        await Expect(pipeline.Locator("[data-test=wanted]")).ToHaveCountAsync(0);

        await pipeline.Locator("[data-test=train-again]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(pipeline.Locator("[data-test=wanted]")).ToContainTextAsync("Wanted by admin");

        await page.ReloadAsync();
        await Expect(pipeline.Locator("[data-test=wanted]")).ToContainTextAsync("Wanted by admin");
        await Expect(pipeline.Locator("[data-test=train-again]")).ToHaveAttributeAsync("aria-disabled", "true");
    }

    private static string RuleOf(string model) => $"{model.Replace('.', '-')}-moved";

    /// <summary>A version that was trained on rows that have not moved, live, written down, watched, with an alert on its inputs.</summary>
    private async Task ServeAsync(string model, string dataset, CancellationToken ct)
    {
        var file = Path.Combine(stack.Data, $"{dataset}.csv");
        await File.WriteAllLinesAsync(file, Applicants.Csv(400, 0), ct);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RunAsync(ct, "data", "register", dataset, "--file", file, "--wait")).Expect(0);
        await stack.Admin.ChangeAsync("createPipeline", new { name = model, model, dataset, trainer = "BUILT_IN", definition = new { target = "label", task = "classification", seed = 1, positiveClass = "1" } }, "pipeline { id }", ct);
        (await stack.RunAsync(ct, "train", model, "--wait", "--timeout", "2m")).Expect(0);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        await stack.Admin.ChangeAsync("setPipelineTriggers", new { pipeline = model, triggers = new { cooldown = "0s", ledger = new { environment = "staging", window = "1m", minimumRows = 200 } } }, "pipeline { id }", ct);
        (await stack.RunAsync(ct, "ledger", model, "--env", "staging", "--share", "1")).Expect(0);
        await stack.Admin.ChangeAsync("setEndpointMonitoring", new { model, environment = "staging", windowSeconds = 10, minimumSamples = 100 }, "endpoint { id }", ct);
        var condition = new { measure = "drift.psi", column = "*", comparison = "ABOVE", limit = 0.25, minimumSamples = 100, window = "PT10S" };
        await stack.Admin.ChangeAsync("createAlertRule", new { name = RuleOf(model), model, environment = "staging", severity = "CRITICAL", condition }, "alertRule { id }", ct);
    }
}
