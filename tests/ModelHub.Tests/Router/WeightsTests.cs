using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>Weights as the whole router keeps them, and the windows in which it tells of them.</summary>
public sealed class WeightsTests
{
    /// <summary>seldon-core#4067: 100 to 0 gave 50 to 50.</summary>
    [Theory]
    [InlineData(100, 0)]
    [InlineData(0, 100)]
    public async Task A_weight_of_0_is_never_called_and_one_of_100_always(double primary, double canary)
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Variant(1, VariantRole.Primary, primary, old), RouterAndNodes.Variant(2, VariantRole.Canary, canary, next));

        var answers = new List<string>();
        for (var i = 0; i < 500; i++)
            answers.Add((await all.SayAsync()).Body);

        Assert.Equal([primary > 0 ? "1" : "2"], answers.Distinct());
    }

    /// <summary>Three deviations of as many throws of a coin that falls so.</summary>
    [Theory]
    [InlineData(90, 10)]
    [InlineData(99, 1)]
    public async Task Any_other_share_is_kept_within_the_binomial_bound(double primary, double canary)
    {
        const int Requests = 2_000;
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Variant(1, VariantRole.Primary, primary, old), RouterAndNodes.Variant(2, VariantRole.Canary, canary, next));

        var toCanary = 0;
        for (var i = 0; i < Requests; i++)
            toCanary += (await all.SayAsync()).Body == "2" ? 1 : 0;

        var expected = Requests * canary / 100;
        var deviation = Math.Sqrt(expected * (1 - canary / 100));
        Assert.InRange(toCanary, expected - 3 * deviation, expected + 3 * deviation);
    }

    [Fact]
    public async Task A_window_is_told_also_when_nothing_was_counted_and_none_is_missing_between_two()
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Variant(1, VariantRole.Primary, 90, old), RouterAndNodes.Variant(2, VariantRole.Canary, 10, next));

        Measurements[] Told() => [.. all.Api["r1"].Said.OfType<Measurements>()];
        await Until.TrueAsync(() => Told().Count(m => m.Items.Length == 0) >= 4, "empty windows");

        var windows = Told();
        Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.InRange((pair.Second.Window.Start - pair.First.Window.Start).TotalSeconds - pair.First.Window.Seconds, -1e-4, 1e-4));
        // Four a second, however late one of them was: a late one is followed by a short one, never by more of them.
        Assert.InRange(windows.Length, 4, windows.Sum(w => w.Window.Seconds) * 4 + 2);
    }
}
