using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Web;
using Microsoft.Extensions.Logging.Abstractions;
using ModelHub.Console.Elements;
using Xunit;

namespace ModelHub.Tests.Pages;

/// <summary>Cards are written by whoever may register; none of what they write may run or call out in a reader's browser.</summary>
public sealed class MarkdownTests
{
    [Theory]
    [InlineData("<script>alert(1)</script>")]
    [InlineData("<img src=x onerror=alert(1)>")]
    [InlineData("[go](javascript:alert(1))")]
    [InlineData("[go](data:text/html;base64,PHNjcmlwdD4=)")]
    [InlineData("![beacon](https://elsewhere.example/pixel.png)")]
    [InlineData("<javascript:alert(1)>")]
    public async Task What_others_write_neither_runs_nor_calls_out(string card)
    {
        var html = await RenderAsync(card);

        Assert.DoesNotContain("<script", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("<img", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"javascript", html, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("href=\"data", html, StringComparison.OrdinalIgnoreCase);
    }

    [Fact]
    public async Task A_card_keeps_its_headings_tables_and_web_links()
    {
        var html = await RenderAsync("# Use\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[paper](https://example.com/paper)");

        Assert.Contains("<h1", html, StringComparison.Ordinal);
        Assert.Contains("<td>1</td>", html, StringComparison.Ordinal);
        Assert.Contains("href=\"https://example.com/paper\"", html, StringComparison.Ordinal);
    }

    private static async Task<string> RenderAsync(string text)
    {
        await using var services = new ServiceCollection().AddLogging().BuildServiceProvider();
        await using var renderer = new HtmlRenderer(services, NullLoggerFactory.Instance);
        return await renderer.Dispatcher.InvokeAsync(async () =>
        {
            var root = await renderer.RenderComponentAsync<Markdown>(ParameterView.FromDictionary(new Dictionary<string, object?> { ["Text"] = text }));
            return root.ToHtmlString();
        });
    }
}
