using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>What a version relies on, and why it said what it said, as people see it.</summary>
[Collection(SharedStack.Name)]
public sealed class WhyInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task The_page_of_a_version_shows_what_matters_and_a_prediction_tells_why_when_it_is_asked()
    {
        var ct = TestContext.Current.CancellationToken;
        var model = Registering.NewModelName("seen");
        var data = $"{model}-rows";
        (await stack.RunAsync(ct, "data", "register", data, "--file", SharedData.At("tabular", "german_credit", "test.csv"), "--wait")).Expect(0);
        (await stack.RunAsync(ct, "model", "create", model)).Expect(0);
        (await stack.RunAsync(ct, "version", "register", model, "--file", SharedData.At("models", "german_lr_mixed", "model.onnx"), "--data", $"{data}@1")).Expect(0);
        (await stack.RunAsync(ct, "promote", $"{model}@1", "--to", "staging", "--wait", "--timeout", "1m")).Expect(0);
        (await stack.RunAsync(ct, "ledger", model, "--env", "staging", "--share", "1")).Expect(0);
        var page = await browser.SignedInAsync(stack, ct);

        await page.OpenLiveAsync(stack, $"/models/{model}/versions/1");
        await Expect(page.Locator("[data-test=importance]")).ToContainTextAsync($"version explain {model}@1");
        (await stack.RunAsync(ct, "version", "explain", $"{model}@1", "--target", "class", "--repeats", "2", "--wait")).Expect(0);
        await Expect(page.Locator("[data-test=importance-column]").First).ToContainTextAsync("checking_status", new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-test=importance]")).ToContainTextAsync("made from these data");

        await page.OpenLiveAsync(stack, $"/endpoints/staging/{model}/predictions");
        using var http = new HttpClient { BaseAddress = stack.Router };
        http.DefaultRequestHeaders.Authorization = new("Bearer", stack.Token);
        await Eventually.HoldsAsync("a request is written down", async () =>
        {
            using var answer = await http.PostAsJsonAsync($"/staging/predict/{model}", new JsonArray(Row()), ct);
            answer.EnsureSuccessStatusCode();
            return await page.Locator("[data-test=prediction]").CountAsync() > 0;
        }, TimeSpan.FromSeconds(30), ct);
        await page.Locator("[data-test=prediction-open]").Last.ClickAsync();
        await page.Locator("[data-test=why-ask]").ClickAsync();

        await Expect(page.Locator("[data-test=why-column]")).ToHaveCountAsync(20, new() { Timeout = 60_000 });
        await Expect(page.Locator("[data-test=why]")).ToContainTextAsync("Exact, as the model is linear, against 100 rows of the data that v1 was made from");
    }

    private static JsonObject Row() => new(SharedData.Json("models", "german_lr_mixed", "inputs.json").GetProperty("inputs").EnumerateArray()
        .Select(input => KeyValuePair.Create(input.GetProperty("name").GetString()!, JsonNode.Parse(input.GetProperty("data")[0].GetRawText()))));
}
