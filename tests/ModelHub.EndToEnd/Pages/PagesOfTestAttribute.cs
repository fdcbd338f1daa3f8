using System.Collections.Concurrent;
using System.Reflection;
using System.Text;
using Microsoft.Playwright;
using ModelHub.EndToEnd.Pages;
using Xunit.v3;

[assembly: PagesOfTest]

namespace ModelHub.EndToEnd.Pages;

/// <summary>Closes with each test the pages it opened, whose circuits would go on asking beside the tests after it; of a test that failed it first tells what they showed.</summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class PagesOfTestAttribute : BeforeAfterTestAttribute
{
    private const int MostShown = 6000;
    private static readonly ConcurrentDictionary<string, ConcurrentQueue<Opened>> open = new();

    /// <summary>This page is the running test's.</summary>
    internal static void Add(IPage page)
    {
        var opened = new Opened(page);
        page.Console += (_, message) => opened.Say($"console {message.Type}: {message.Text}");
        page.PageError += (_, fault) => opened.Say($"fault in the page: {fault}");
        page.Crash += (_, _) => opened.Say("the page crashed");
        open.GetOrAdd(TestContext.Current.Test!.UniqueID, _ => new()).Enqueue(opened);
    }

    /// <inheritdoc />
    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        if (open.TryRemove(test.UniqueID, out var pages))
            Task.Run(() => EndAsync(pages, TestContext.Current.TestState?.Result == TestResult.Failed)).GetAwaiter().GetResult();
    }

    private static async Task EndAsync(IEnumerable<Opened> pages, bool hasFailed)
    {
        foreach (var opened in pages)
        {
            if (hasFailed)
                TestContext.Current.TestOutputHelper?.WriteLine(await ShownAsync(opened));
            await opened.Page.Context.CloseAsync();
        }
    }

    private static async Task<string> ShownAsync(Opened opened)
    {
        try
        {
            var text = await opened.Page.InnerTextAsync("body", new() { Timeout = 5_000 });
            return $"{opened.Page.Url}\n{opened.Said}\n{text[..Math.Min(text.Length, MostShown)]}";
        }
        catch (PlaywrightException fault)
        {
            return $"{opened.Page.Url}\n{opened.Said}\nwhat it showed could not be read: {fault.Message}";
        }
        catch (TimeoutException fault)
        {
            return $"{opened.Page.Url}\n{opened.Said}\nwhat it showed could not be read: {fault.Message}";
        }
    }

    private sealed class Opened(IPage page)
    {
        private readonly StringBuilder said = new();

        public IPage Page => page;

        public string Said
        {
            get
            {
                lock (said)
                    return said.ToString();
            }
        }

        public void Say(string line)
        {
            lock (said)
                said.AppendLine(line);
        }
    }
}
