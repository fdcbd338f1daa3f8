using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

[Collection(SharedStack.Name)]
public sealed class DataInChromium(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    [Fact]
    public async Task Where_a_file_was_read_stands_on_the_page_of_its_data_version_and_is_told_by_data_show()
    {
        var ct = TestContext.Current.CancellationToken;
        var dataset = Registering.NewModelName("sourced");
        var file = Path.Combine(stack.Data, $"{dataset}.csv");
        await File.WriteAllLinesAsync(file, Applicants.Csv(30, 0), ct);
        (await stack.RunAsync(ct, "data", "register", dataset, "--file", file, "--wait")).Expect(0);
        var local = (await stack.RunAsync(ct, "data", "show", $"{dataset}@1")).Expect(0).Json.GetProperty("files")[0];
        const string Source = "s3://lake/risk/rows.csv";

        var files = new[] { new { path = "rows.csv", digest = local.GetProperty("digest").GetString(), source = Source } };
        await stack.Admin.ChangeAsync("registerDataVersion", new { dataset, files }, "dataVersion { id }", ct);

        var shown = (await stack.RunAsync(ct, "data", "show", $"{dataset}@2")).Expect(0).Json.GetProperty("files")[0];
        Assert.Equal(Source, shown.GetProperty("source").GetString());
        Assert.Equal(System.Text.Json.JsonValueKind.Null, local.GetProperty("source").ValueKind);
        var page = await browser.SignedInAsync(stack, ct);
        await page.OpenLiveAsync(stack, $"/datasets/{dataset}/versions/2");
        await Expect(page.Locator("[data-test=file]")).ToContainTextAsync($"from {Source}");
        await page.OpenLiveAsync(stack, $"/datasets/{dataset}/versions/1");
        await Expect(page.Locator("[data-test=file]")).Not.ToContainTextAsync("from");
    }
}
