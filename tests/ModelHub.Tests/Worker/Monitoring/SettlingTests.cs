using ModelHub.Worker.Monitoring;
using Xunit;

namespace ModelHub.Tests.Worker.Monitoring;

public sealed class SettlingTests
{
    private static readonly DateTimeOffset Began = new(2026, 5, 4, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void After_a_silence_of_the_database_nothing_is_judged_until_what_was_kept_may_have_come()
    {
        var settling = new Settling(Began);
        bool At(double seconds) => settling.IsOver(Began.AddSeconds(seconds));

        Assert.True(At(1));
        Assert.True(At(2));
        for (var second = 62; second < 70; second++)
            Assert.False(At(second));
        Assert.True(At(70));
    }

    [Fact]
    public void A_step_that_takes_long_is_no_silence()
    {
        var settling = new Settling(Began);

        Assert.True(settling.IsOver(Began.AddSeconds(1)));
        settling.Done(Began.AddSeconds(40));

        Assert.True(settling.IsOver(Began.AddSeconds(41)));
    }
}
