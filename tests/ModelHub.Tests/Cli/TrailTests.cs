using System.Text.Json.Nodes;
using ModelHub.Cli.Demo;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class TrailTests
{
    [Theory]
    [InlineData("a", 1, 1)]
    [InlineData("ab", 1, 1)]
    [InlineData("aaab", 1, 3)]
    [InlineData("abcabcabcd", 3, 3)]
    [InlineData("abcdefg", 1, 1)]
    [InlineData("xyxyx", 2, 2)]
    public void Groups_of_events_that_follow_themselves_are_found(string kinds, int length, int times)
    {
        var events = kinds.Select(kind => new JsonObject { ["type"] = kind.ToString() }).ToList();

        Assert.Equal((length, times), Trail.Repetition(events, 0));
    }
}
