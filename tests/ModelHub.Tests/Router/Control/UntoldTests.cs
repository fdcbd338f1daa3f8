using ModelHub.Protocol;
using ModelHub.Router.Control;
using ModelHub.Router.Sketching;
using Xunit;

namespace ModelHub.Tests.Router.Control;

/// <summary>What waits while the API is away, as counts for monitors do.</summary>
public sealed class UntoldTests
{
    private const int Most = 200_000;
    private readonly ManualTime time = new();
    private int lost;

    [Fact]
    public void What_was_told_shortly_before_the_link_went_is_told_again_and_in_order()
    {
        var untold = New();
        foreach (var second in Enumerable.Range(0, 6))
        {
            untold.Add(Of(second * 5));
            Assert.True(untold.TryTake(out _, out _));
            time.Advance(TimeSpan.FromSeconds(5));
        }
        var went = time.GetTimestamp();
        untold.Add(Of(30));
        time.Advance(TimeSpan.FromMinutes(1));

        untold.TellAgain(went);

        // 30 seconds had gone: what was told 15 seconds before the link went, or later.
        Assert.Equal([15, 20, 25, 30], Taken(untold));
        Assert.Equal(0, lost);
    }

    [Fact]
    public void No_more_is_kept_than_there_is_room_for_and_what_is_lost_is_counted()
    {
        var untold = New();

        for (var i = 0; i < 500; i++)
            untold.Add(Of(i, columns: 990));
        var left = Taken(untold);

        Assert.Equal(500, left.Count + lost);
        Assert.Equal(499, left[^1]);
        Assert.InRange(left.Count, 190, 200);
    }

    [Fact]
    public void How_long_something_waited_is_told_with_it_also_the_second_time()
    {
        var untold = New();
        untold.Add(Of(0));
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.True(untold.TryTake(out _, out var first));
        time.Advance(TimeSpan.FromSeconds(2));

        untold.TellAgain(time.GetTimestamp());

        Assert.True(untold.TryTake(out _, out var second));
        Assert.Equal((7, 9), (first.TotalSeconds, second.TotalSeconds));
        Assert.False(untold.TryTake(out _, out _));
    }

    private Untold<Sketches> New() => new(time, Most, SendSketches.SizeOf, message => lost += message.Items.Length);

    private sealed class ManualTime : TimeProvider
    {
        private long ticks = 1;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => ticks;

        public void Advance(TimeSpan by) => ticks += by.Ticks;
    }

    private static Sketches Of(int second, int columns = 1) => new(
        new Window(DateTimeOffset.UnixEpoch.AddSeconds(second), 5),
        [new(Guid.Empty, Guid.Empty, Guid.Empty, 1, 1, 0, 1, 0, [.. Enumerable.Range(0, columns).Select(i => new SketchedColumn($"c{i}", [1], 0))], [], [], [])]);

    private static List<int> Taken(Untold<Sketches> untold)
    {
        var taken = new List<int>();
        while (untold.TryTake(out var next, out _))
            taken.Add((int)(next.Window.Start - DateTimeOffset.UnixEpoch).TotalSeconds);
        return taken;
    }
}
