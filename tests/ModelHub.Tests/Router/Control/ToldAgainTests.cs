using System.Diagnostics;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router.Control;

/// <summary>What a router counted while the API was away.</summary>
public sealed class ToldAgainTests
{
    [Fact]
    public async Task Windows_and_answers_of_the_time_when_the_api_was_away_are_told_when_it_is_back()
    {
        await using var primary = FakeNode.Saying("""{"predictions":[{"p":0.25}]}""");
        await using var canary = FakeNode.Saying("""{"predictions":[{"p":0.75}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        var (one, two) = (RouterAndNodes.Variant(1, VariantRole.Primary, 50, primary), RouterAndNodes.Variant(2, VariantRole.Canary, 50, canary));
        await all.RouteAsync(one, two);

        await all.Api.DownAsync();
        var asked = 0;
        // Traffic for as long as two windows: the sample of answers looks at one in twenty milliseconds.
        for (var away = Stopwatch.StartNew(); away.Elapsed < TimeSpan.FromSeconds(1); asked++)
            Assert.Equal(200, (await all.SayAsync(path: "/production/predict/m")).Status);
        await all.Api.UpAsync();
        await Until.TrueAsync(() => Windows(all).Sum(w => w.Items.Sum(i => i.Requests)) == asked, "every request is counted");

        var windows = Windows(all);
        Assert.Contains(windows, w => w is { Held: > 0.4, Items.Length: > 0 });
        Assert.All(windows.Zip(windows.Skip(1)), pair => Assert.Equal(0, (pair.Second.Window.Start - pair.First.Window.Start).TotalSeconds - pair.First.Window.Seconds, 0.001));
        // Answers are told beside windows, not after them.
        long Sampled(RouteVariant variant) => all.Api["r1"].Said.OfType<Predictions>().DistinctBy(p => p.Window.Start).SelectMany(p => p.Items).Where(s => s.VariantId == variant.VariantId).Sum(s => s.Sampled);
        await Until.TrueAsync(() => Sampled(one) > 0 && Sampled(two) > 0, "answers of both are told");
        Assert.All([one, two], variant => Assert.InRange(Sampled(variant), 1, asked));
        Assert.Contains("modelhub_router_windows_dropped_total 0", await all.MetricsAsync());
    }

    /// <summary>As the API stores them: each once, by its begin.</summary>
    private static List<Measurements> Windows(RouterAndNodes all) => [.. all.Api["r1"].Said.OfType<Measurements>().DistinctBy(m => m.Window.Start).OrderBy(m => m.Window.Start)];
}
