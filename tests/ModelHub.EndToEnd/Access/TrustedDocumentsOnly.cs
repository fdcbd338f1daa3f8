using System.Text.Json.Nodes;
using ModelHub.EndToEnd.Pages;
using ModelHub.EndToEnd.Support;
using static Microsoft.Playwright.Assertions;

namespace ModelHub.EndToEnd.Access;

/// <summary>A stack whose api runs trusted documents and nothing else: the command line and the console notice nothing of it.</summary>
public sealed class TrustedDocumentsOnly(Browser browser)
{
    private static readonly Dictionary<string, string> Strict = new() { ["MODELHUB__GRAPHQL__TRUSTEDDOCUMENTS"] = "required" };
    private static readonly string[] Pages = ["/", "/models", "/datasets", "/endpoints", "/promotions", "/shadows", "/experiments", "/nodes", "/jobs", "/training", "/audit", "/webhooks", "/access"];

    [Fact]
    public async Task The_command_line_and_the_console_work_and_any_other_document_is_refused()
    {
        var ct = TestContext.Current.CancellationToken;
        await using var stack = await Stack.StartAsync(ct, environment: Strict);

        await OthersAreRefusedAsync(stack, ct);
        var model = await stack.ServedModelAsync("strict", 2, ct);
        await CommandLineWorksAsync(stack, model, ct);
        await ConsoleWorksAsync(stack, model, ct);
    }

    private static async Task OthersAreRefusedAsync(Stack stack, CancellationToken ct)
    {
        foreach (var document in (string[])["{ __typename }", "{ __schema { queryType { name } } }", "mutation { createModel(input: { name: \"a.b\" }) { model { id } } }"])
        {
            var answer = await stack.Admin.SendAsync(document, null, ct);
            Assert.Equal("DOCUMENT_NOT_TRUSTED", answer["errors"]![0]!["extensions"]!["code"]!.GetValue<string>());
            Assert.Null(answer["data"]);
        }
    }

    private static async Task CommandLineWorksAsync(Stack stack, string model, CancellationToken ct)
    {
        (await stack.RegisterAsync(model, TinyModel.Scale(3), ct, "--metric", "accuracy=0.9")).Expect(0);
        string[][] commands =
        [
            ["check", $"{model}@2", "--name", "bias", "--state", "pass"],
            ["promote", $"{model}@2", "--to", "staging", "--wait"],
            ["rollback", model, "--env", "staging"],
            ["alias", "set", model, "candidate", "1"],
            ["model", "list"], ["model", "show", model], ["version", "list", model], ["version", "show", $"{model}@1"],
            ["node", "list"], ["operation", "list"], ["pipeline", "list"], ["audit", "verify"], ["audit", "export"],
            ["access", "token", "create", "ci", "--role", "contributor"], ["access", "token", "list"],
        ];
        foreach (var command in commands)
            (await stack.RunAsync(ct, command)).Expect(0);

        // A refusal of the registry arrives with its name and fields, as without the switch.
        var refused = (await stack.RunAsync(ct, "alias", "set", model, "candidate", "2", "--expect", "2")).Expect(2);
        Assert.Equal("""{"name":"AliasMoved","expected":2,"actual":1}""", Only(refused, "name", "expected", "actual"));
    }

    private async Task ConsoleWorksAsync(Stack stack, string model, CancellationToken ct)
    {
        var link = (await stack.RunAsync(ct, "login-link")).Expect(0).Json.GetProperty("url").GetString()!;
        var page = await browser.OpenAsync();
        await page.GotoAsync(link);
        foreach (var path in Pages.Append($"/models/{model}").Append($"/endpoints/staging/{model}"))
        {
            await page.GotoAsync(new Uri(stack.Console, path).ToString());
            await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
            await Expect(page.Locator("[data-test=fault]")).ToHaveCountAsync(0);
        }

        // Subscriptions too are trusted documents: what happens elsewhere appears.
        await page.GotoAsync(new Uri(stack.Console, "/models").ToString());
        await Expect(page.Locator("[data-test=live][data-state=live]").First).ToBeAttachedAsync();
        var name = Registering.NewModelName("appears");
        (await stack.RunAsync(ct, "model", "create", name)).Expect(0);
        await Expect(page.Locator("[data-test=model]", new() { HasText = name })).ToBeVisibleAsync();
    }

    private static string Only(CommandResult refused, params string[] names)
    {
        var told = JsonNode.Parse(refused.Output)!["refused"]!;
        return new JsonObject(names.Select(name => KeyValuePair.Create(name, told[name]?.DeepClone()))).ToJsonString();
    }
}
