using ModelHub.Console.Graph;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class OnceKeyTests
{
    [Fact]
    public void Pressing_again_asks_under_the_same_key_and_another_content_or_dialog_under_another()
    {
        var (dialog, other) = (new OnceKey(), new OnceKey());

        var first = dialog.Of("bot", "https://hooks.example.org", null);
        var again = dialog.Of("bot", "https://hooks.example.org", null);
        var changed = dialog.Of("bot", "https://hooks.example.org", "version.promoted");

        Assert.Equal(first, again);
        Assert.Equal(3, new[] { first, changed, other.Of("bot", "https://hooks.example.org", null) }.Distinct().Count());
        Assert.InRange(first.Length, 16, 128);
    }
}
