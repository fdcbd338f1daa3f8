using ModelHub.Cli.Testing;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class TestSumTests
{
    [Fact]
    public void The_closing_lines_of_all_projects_are_added_up_and_other_lines_are_not()
    {
        string[] printed =
        [
            "  Passed ModelHub.Tests.Cli.Some_test [3 ms]",
            "Passed!  - Failed:     0, Passed:    12, Skipped:     0, Total:    12, Duration: 44 ms - a.dll (net10.0)",
            "Failed!  - Failed:     2, Passed:     3, Skipped:     1, Total:     6, Duration: 1 s - b.dll (net10.0)",
        ];

        var sum = printed.Aggregate(new TestSum(), (so_far, line) => so_far.Add(line));

        Assert.Equal("15 passed, 2 failed, 1 skipped", sum.ToString());
    }

    [Fact]
    public void Nothing_skipped_is_not_mentioned() => Assert.Equal("0 passed, 0 failed", new TestSum().Add("Build succeeded.").ToString());
}
