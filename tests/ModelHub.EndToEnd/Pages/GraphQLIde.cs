using System.Text.RegularExpressions;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Pages;

/// <summary>The IDE that a browser gets at the GraphQL endpoint.</summary>
[Collection(SharedStack.Name)]
public sealed partial class GraphQLIde(SharedStack shared, Browser browser)
{
    private readonly Stack stack = shared.Stack;

    private string Address => new Uri(stack.Api, "/graphql").ToString();

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task It_signs_in_completes_documents_runs_and_follows_without_another_host_or_a_fault(ColorScheme colours)
    {
        var ct = TestContext.Current.CancellationToken;
        var page = await browser.OpenAsync(colours);
        var faults = FaultsOf(page);
        await page.GotoAsync(Address);
        await SignInAsync(page, stack.Token);

        await ExecuteAsync(page, "Whoami", "query Whoami { me { name } }");
        await Expect(Answer(page)).ToContainTextAsync("bootstrap");

        await page.GetByLabel("Show Documentation Explorer").ClickAsync();
        await page.Locator(".graphiql-doc-explorer").GetByText("Query", new() { Exact = true }).First.ClickAsync();
        await Expect(page.Locator(".graphiql-doc-explorer")).ToContainTextAsync("The models the caller may read");

        await TypeAsync(page, "{ mod");
        await page.Keyboard.PressAsync("Control+Space");
        await Expect(page.Locator(".suggest-widget.visible")).ToContainTextAsync("models");
        await page.Keyboard.PressAsync("Escape");

        var name = Registering.NewModelName("ide");
        await ExecuteAsync(page, "Follow", $$"""subscription Follow { events(after: 0, subject: "model:{{name}}") { type } }""");
        (await stack.RunAsync(ct, "model", "create", name)).Expect(0);
        await Expect(Answer(page)).ToContainTextAsync("model.created");

        Assert.Empty(faults);
    }

    [Fact]
    public async Task A_login_link_signs_in_a_wrong_token_does_not_and_signing_out_forgets()
    {
        var ct = TestContext.Current.CancellationToken;
        var link = (await stack.RunAsync(ct, "login-link")).Expect(0).Json.GetProperty("url").GetString()!;
        var page = await browser.OpenAsync();
        await page.GotoAsync(Address);

        await page.GetByLabel("Service token").FillAsync("mh_nobody_knows");
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToHaveTextAsync("This token is not accepted.");

        await SignInAsync(page, link);
        await page.ReloadAsync();
        await Expect(page.Locator(".graphiql-container")).ToBeVisibleAsync();
        Assert.Empty(await page.Context.CookiesAsync());

        await page.GetByRole(AriaRole.Button, new() { Name = "Sign out" }).ClickAsync();
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Service token")).ToBeVisibleAsync();
    }

    private static async Task SignInAsync(IPage page, string token)
    {
        await page.GetByLabel("Service token").FillAsync(token);
        await page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(page.Locator(".graphiql-container")).ToBeVisibleAsync();
    }

    private static async Task ExecuteAsync(IPage page, string name, string document)
    {
        await TypeAsync(page, document);
        // The tab is called as the operation once the editor has read it.
        await Expect(page.Locator(".graphiql-tab").First).ToContainTextAsync(name);
        await page.Keyboard.PressAsync("Control+Enter");
    }

    private static async Task TypeAsync(IPage page, string document)
    {
        await page.Locator(".graphiql-query-editor .monaco-editor").First.ClickAsync();
        await page.Keyboard.PressAsync("Control+A");
        await page.Keyboard.PressAsync("Delete");
        await page.Keyboard.InsertTextAsync(document);
    }

    private static ILocator Answer(IPage page) => page.Locator(".graphiql-response");

    private List<string> FaultsOf(IPage page)
    {
        var faults = new List<string>();
        page.Console += (_, message) => Note(message.Type == "error", message.Text);
        page.PageError += (_, error) => Note(true, error);
        page.Request += (_, request) => Note(!Local().IsMatch(request.Url) && new Uri(request.Url).Authority != stack.Api.Authority, request.Url);
        page.WebSocket += (_, socket) => Note(new Uri(socket.Url).Authority != stack.Api.Authority, socket.Url);
        return faults;

        void Note(bool wrong, string what)
        {
            if (wrong)
                faults.Add(what);
        }
    }

    [GeneratedRegex("^(data|blob):")]
    private static partial Regex Local();
}
