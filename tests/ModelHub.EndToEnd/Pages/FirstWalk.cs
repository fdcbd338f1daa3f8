using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>A newcomer with a model file and the console, and nothing else: from the login link that <c>up</c> prints to an answer of the router.</summary>
public sealed partial class FirstWalk(Browser browser, ITestOutputHelper output)
{
    private const string Model = "first.doubling";
    private const float Patience = 120_000;
    private static readonly HttpClient Http = new();
    private readonly Stopwatch clock = new();

    [Fact]
    public async Task A_file_comes_to_production_by_clicks_alone_approved_by_a_second_person_and_answers()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stack = await Stack.StartAsync(ct);
        var link = await stack.LoginLinkAsync(ct);
        var page = await OpenAsync();
        clock.Start();

        await SignInAsync(page, link);
        await MakeModelAsync(page);
        await UploadAsync(page, TinyModel.Scale(2));
        await PromoteAsync(page, "staging");
        await page.Locator("[data-test=state][data-state=LIVE]").First.WaitForAsync();
        Say("live in staging");

        await page.GoBackAsync();
        await LiveAsync(page);
        await PromoteAsync(page, "production");
        await page.Locator("[data-test=approve][aria-disabled=true]").WaitForAsync();
        var asked = page.Url;
        var colleague = await OpenAsync();
        await SignInAsync(colleague, await InviteAsync(page, "mara"));
        await ApproveAsync(colleague);
        await page.GotoAsync(asked);
        await page.Locator("[data-test=state][data-state=LIVE]").First.WaitForAsync();
        Say("live in production");

        var token = await TokenAsync(page);
        var (url, body) = await CommandAsync(page);
        var (answer, version) = await CallAsync(url, body, token, ct);
        Say("answered by the router");

        Assert.Equal("1", version);
        Assert.Equal([2, 2, 2, 2], answer.RootElement.GetProperty("predictions")[0].GetProperty("y").EnumerateArray().Select(value => value.GetInt32()));
    }

    // Nothing here is timed: a slow machine may take as long as it takes.
    private async Task<IPage> OpenAsync()
    {
        var page = await browser.OpenAsync();
        page.Context.SetDefaultTimeout(Patience);
        return page;
    }

    // A page takes clicks once it is live.
    private static async Task SignInAsync(IPage page, string link)
    {
        await page.GotoAsync(link);
        await LiveAsync(page);
    }

    private static Task LiveAsync(IPage page) => page.Locator("[data-test=live][data-state=live]").First.WaitForAsync(new() { State = WaitForSelectorState.Attached });

    private async Task MakeModelAsync(IPage page)
    {
        await page.Locator(".rail a[href='/models'], .rail a[href='models']").First.ClickAsync();
        await page.Locator("[data-test=add-model]").ClickAsync();
        await page.Locator("input[data-test=name]").FillAsync(Model);
        await page.Locator("input[data-test=description]").FillAsync("Twice the number");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await page.Locator("h1", new() { HasText = Model }).WaitForAsync();
        Say("model made");
    }

    private async Task UploadAsync(IPage page, byte[] file)
    {
        await page.Locator("[data-test=add-version]").ClickAsync();
        await page.Locator("input[data-test=file]").SetInputFilesAsync(new FilePayload { Name = "doubling.onnx", MimeType = "application/octet-stream", Buffer = file });
        await page.Locator("[data-test=file-stored]", new() { HasText = "doubling.onnx" }).WaitForAsync();
        await page.Locator("input[data-test=metrics]").FillAsync("accuracy=0.8");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/versions/1$"), new() { Timeout = Patience });
        await page.Locator("[data-test=state][data-state=READY]").First.WaitForAsync();
        await page.Locator("[data-test=tensor]", new() { HasText = "x" }).First.WaitForAsync();
        Say("uploaded and validated");
    }

    private static async Task PromoteAsync(IPage page, string environment)
    {
        await page.Locator("button[data-test=promote]:not([aria-disabled=true])").ClickAsync();
        await page.Locator($"[data-test=environment-{environment}]").CheckAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await Expect(page).ToHaveURLAsync(new Regex("/promotions/."), new() { Timeout = Patience });
    }

    /// <returns>The login link of a new person who may approve.</returns>
    private async Task<string> InviteAsync(IPage page, string name)
    {
        await page.Locator(".rail a[href='/access'], .rail a[href='access']").First.ClickAsync();
        await page.Locator("[data-test=add-user]").ClickAsync();
        await page.Locator("input[data-test=name]").FillAsync(name);
        await page.Locator("[data-test=confirm]").ClickAsync();
        var person = page.Locator($"[data-test=user][data-name={name}]");
        await person.Locator("[data-test=give-role]").ClickAsync();
        await page.Locator("[data-test=role]").SelectOptionAsync("APPROVER");
        await page.Locator("[data-test=confirm]").ClickAsync();
        await person.GetByText("approver").First.WaitForAsync();
        await person.Locator("[data-test=login-link]").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        var link = await page.Locator("[data-test=secret] code").InnerTextAsync();
        await page.Locator("[data-test=secret] button.main").ClickAsync();
        Say("second person invited");
        return link;
    }

    private async Task ApproveAsync(IPage page)
    {
        await page.Locator("[data-test=waiting] a", new() { HasText = Model }).First.ClickAsync();
        await page.Locator("[data-test=approve]:not([aria-disabled=true])").ClickAsync();
        await page.Locator("[data-test=confirm]").ClickAsync();
        await page.Locator("[data-test=confirm]").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        Say("approved");
    }

    private async Task<string> TokenAsync(IPage page)
    {
        await page.Locator(".rail a[href='/access'], .rail a[href='access']").First.ClickAsync();
        await page.Locator("[data-test=add-token]").ClickAsync();
        await page.Locator("input[data-test=name]").FillAsync("my-application");
        await page.Locator("[data-test=scope-INFER]").CheckAsync();
        await page.Locator("[data-test=role]").SelectOptionAsync("CONTRIBUTOR");
        await page.Locator("[data-test=confirm]").ClickAsync();
        var token = await page.Locator("[data-test=secret] code").InnerTextAsync();
        await page.Locator("[data-test=secret] button.main").ClickAsync();
        Say("token made");
        return token;
    }

    /// <summary>What the endpoint's page says to copy.</summary>
    private static async Task<(string Url, string Body)> CommandAsync(IPage page)
    {
        await page.Locator(".rail a[href='/endpoints'], .rail a[href='endpoints']").First.ClickAsync();
        await page.Locator($"a[href='/endpoints/production/{Model}']").First.ClickAsync();
        var command = Copied().Match(await page.Locator("[data-test=call] code", new() { HasText = "curl" }).InnerTextAsync());
        return (command.Groups["url"].Value, command.Groups["body"].Value);
    }

    // A router hears of a new token within a second or so.
    private static async Task<(JsonDocument Answer, string Version)> CallAsync(string url, string body, string token, CancellationToken ct)
    {
        using var answer = await Eventually.GetAsync("the router knows the token", async () =>
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new StringContent(body, null, "application/json") };
            request.Headers.Authorization = new("Bearer", token);
            var response = await Http.SendAsync(request, ct);
            return response.IsSuccessStatusCode ? response : response.StatusCode == System.Net.HttpStatusCode.Unauthorized ? null
                : throw new UnexpectedAnswerException(await response.Content.ReadAsStringAsync(ct));
        }, TimeSpan.FromSeconds(20), ct);
        return (JsonDocument.Parse(await answer.Content.ReadAsStringAsync(ct)), answer.Headers.GetValues("x-modelhub-version").Single());
    }

    private void Say(string what) => output.WriteLine($"{clock.Elapsed.TotalSeconds,6:0.0} s  {what}");

    [GeneratedRegex("""-d '(?<body>[^']+)' (?<url>http\S+)""")]
    private static partial Regex Copied();
}
