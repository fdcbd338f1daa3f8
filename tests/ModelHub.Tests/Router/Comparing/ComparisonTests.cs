using System.Globalization;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router.Comparing;

/// <summary>The real router between a primary and a shadow that answer what the case is about.</summary>
public sealed class ComparisonTests
{
    private static readonly RouteComparison How = new(Absolute: 0.001, Relative: 0, Segment: "region", Redacted: ["name"]);

    [Fact]
    public async Task Planted_flips_and_differences_are_found_exactly()
    {
        // Row i: the class flips where i is a multiple of 10; the score is off by 0.5 where it is a multiple of 25, and by a hair elsewhere.
        await using var primary = Answering(i => (i % 3, i / 1000.0));
        await using var shadow = Answering(i => (i % 10 == 0 ? (i % 3 + 1) % 3 : i % 3, i / 1000.0 + (i % 25 == 0 ? 0.5 : 0.0001)));
        await using var all = await StartAsync(primary, shadow);

        for (var i = 0; i < 100; i++)
            Assert.Equal(200, (await all.SayAsync($$"""[{"i":{{i}},"region":"{{(i % 2 == 0 ? "even" : "odd")}}","name":"secret-{{i}}"}]""", path: "/production/predict/m")).Status);
        var found = await FoundAsync(all, 100);

        var (label, score) = (found.Outputs.Single(o => o.Name == "label"), found.Outputs.Single(o => o.Name == "score"));
        Assert.Equal(new PairCounts(100, 0, 0, 0, 0, 0, 100, 12), found.Pairs);
        Assert.Equal((100, 90, 10, 100, 10), (label.Values, label.Equal, label.Different, label.Classified, label.Flips));
        Assert.Equal(10, label.Classes.Where(c => c.Primary != c.Candidate).Sum(c => c.Count));
        Assert.Equal((100, 0, 4, 0, 0), (score.Values, score.Equal, score.Different, score.Classified, score.Flips));
        Assert.Equal(0.5, score.MaxDifference, 9);
        Assert.Equal(4, score.Absolute.Counts[^1]);
        Assert.Equal(100, score.Sample.Length);
        Assert.Equal([("even", 50L, 10L, 10L), ("odd", 50L, 2L, 0L)], found.Segments.Select(s => (s.Value, s.Rows, s.DifferentRows, s.Flips)));
        var worst = score.Worst[0];
        Assert.Equal((0.5, true), (Math.Round(worst.Size, 9), worst.Request.Contains("\"name\":\"redacted\"", StringComparison.Ordinal)));
        Assert.DoesNotContain(found.Outputs.SelectMany(o => o.Worst), w => w.Request.Contains("secret", StringComparison.Ordinal));
        Assert.Equal((100, 100), (found.Latency.Primary.Total, found.Latency.Slower.Total + found.Latency.Faster.Total));
    }

    [Theory]
    [InlineData("""{"predictions":[{"a":1.5}]}""", """{"predictions":[{"b":1.5}]}""", 2)]
    [InlineData("""{"predictions":[{"a":1.5}]}""", """{"predictions":[{"a":[1.5,2.5]}]}""", 1)]
    [InlineData("""{"predictions":[{"a":1.5}]}""", """{"predictions":[{"a":"text"}]}""", 1)]
    public async Task Outputs_that_do_not_match_are_counted_as_unlike(string one, string other, long unlike)
    {
        await using var primary = FakeNode.Saying(one);
        await using var shadow = FakeNode.Saying(other);
        await using var all = await StartAsync(primary, shadow);

        await all.SayAsync();
        var found = await FoundAsync(all, 1);

        Assert.Equal((unlike, 1), (found.Outputs.Sum(o => o.Unlike), found.Pairs.DifferentRows));
    }

    [Fact]
    public async Task The_order_of_outputs_does_not_matter_and_two_times_no_number_is_the_same()
    {
        await using var primary = FakeNode.Saying("""{"outputs":[{"name":"a","datatype":"FP64","shape":[3],"data":["NaN","Infinity",1]},{"name":"b","datatype":"INT8","shape":[1],"data":[7]}]}""");
        await using var shadow = FakeNode.Saying("""{"outputs":[{"name":"b","datatype":"INT8","shape":[1],"data":[7]},{"name":"a","datatype":"FP64","shape":[3],"data":["NaN","Infinity","NaN"]}]}""");
        await using var all = await StartAsync(primary, shadow);

        await all.SayAsync();
        var found = await FoundAsync(all, 1);

        var a = found.Outputs.Single(o => o.Name == "a");
        Assert.Equal((3, 2, 1, 1), (a.Values, a.Equal, a.Different, a.NotANumber));
        Assert.Equal(("NaN", "1"), (a.Worst[0].Candidate, a.Worst[0].Primary));
        Assert.Equal((3, 1), (found.Pairs.Rows, found.Pairs.DifferentRows));
    }

    [Theory]
    [InlineData(200, 500, 1, 0, 0, 0)]
    [InlineData(400, 200, 0, 1, 0, 0)]
    [InlineData(400, 422, 0, 0, 1, 0)]
    public async Task Who_alone_fails_is_told(int first, int second, long candidate, long primary, long both, long unreadable)
    {
        await using var one = FakeNode.Saying("""{"predictions":[{"a":1}]}""", first);
        await using var other = FakeNode.Saying("""{"predictions":[{"a":1}]}""", second);
        await using var all = await StartAsync(one, other);

        await all.SayAsync();
        var found = await FoundAsync(all, 1);

        Assert.Equal(new PairCounts(0, candidate, primary, both, unreadable, 0, 0, 0), found.Pairs);
    }

    [Fact]
    public async Task A_primary_that_nobody_can_read_is_no_fault_of_the_candidate_but_the_other_way_round_it_is()
    {
        await using var good = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var odd = FakeNode.Saying("no json");
        await using var all = await StartAsync(odd, good);
        await all.SayAsync();
        Assert.Equal(1, (await FoundAsync(all, 1)).Pairs.Unreadable);

        await using var reversed = await StartAsync(good, odd);
        await reversed.SayAsync();
        Assert.Equal(1, (await FoundAsync(reversed, 1)).Pairs.CandidateFailed);
    }

    [Fact]
    public async Task A_shadow_that_hangs_is_told_by_what_was_dropped_and_the_primary_answers_all()
    {
        await using var primary = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var shadow = FakeNode.Hanging();
        await using var all = await StartAsync(primary, shadow, "--Limits:RequestMilliseconds", "200");

        for (var i = 0; i < 400; i++)
            Assert.Equal(200, (await all.SayAsync()).Status);

        await Until.TrueAsync(() => Last(all) is { } found && found.Pairs.Dropped > 50 && found.Pairs.CandidateFailed > 0, "failures and drops are told");
        Assert.Equal(0, Last(all)!.Pairs.Compared);
    }

    /// <summary>Copies are a share of what the primary answers: turns of the canary and of copies must not fall together.</summary>
    [Theory]
    [InlineData(50, 100, 50)]
    [InlineData(60, 40, 16)]
    [InlineData(20, 20, 16)]
    public async Task Beside_a_canary_copies_are_a_share_of_what_the_primary_answers(double canary, double percent, int copies)
    {
        await using var node = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var shadow = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(
            RouterAndNodes.Variant(1, VariantRole.Primary, 100 - canary, node), RouterAndNodes.Variant(3, VariantRole.Canary, canary, node),
            RouterAndNodes.Variant(2, VariantRole.Shadow, 0, shadow) with { MirrorPercent = percent, Compare = How });

        for (var i = 0; i < 100; i++)
            await all.SayAsync();
        await Until.TrueAsync(() => shadow.Requests.Count >= copies - 2, "the copies are sent");

        // Give or take those at which the two sequences begin.
        Assert.InRange((await FoundAsync(all, copies - 2)).Pairs.Compared, copies - 2, copies + 2);
        Assert.InRange(shadow.Requests.Count, copies - 2, copies + 2);
    }

    [Fact]
    public async Task Two_shadows_are_compared_each_for_itself()
    {
        await using var primary = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var same = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var other = FakeNode.Saying("""{"predictions":[{"a":2}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        var (one, two) = (Shadow(2, same), Shadow(3, other));
        await all.RouteAsync(RouterAndNodes.Primary(primary), one, two);

        for (var i = 0; i < 10; i++)
            await all.SayAsync();

        Assert.Equal(0, (await FoundAsync(all, 10, one.VariantId)).Pairs.DifferentRows);
        Assert.Equal(10, (await FoundAsync(all, 10, two.VariantId)).Pairs.DifferentRows);
    }

    [Fact]
    public async Task What_is_hidden_later_is_forgotten_where_it_was_kept_and_everything_else_stays()
    {
        await using var primary = FakeNode.Saying("""{"predictions":[{"a":1}]}""");
        await using var other = FakeNode.Saying("""{"predictions":[{"a":2}]}""");
        await using var all = await StartAsync(primary, other);
        await all.SayAsync("""[{"region":"north","income":52000}]""", path: "/production/predict/m");
        var before = await FoundAsync(all, 1);
        Assert.Contains("52000", before.Outputs[0].Worst[0].Request, StringComparison.Ordinal);
        Assert.Equal("north", before.Segments[0].Value);

        await all.RouteAsync(RouterAndNodes.Primary(primary), Shadow(2, other) with { Compare = How with { Segment = null, Redacted = ["name", "income"] } });
        await all.SayAsync("""[{"region":"north","income":53000}]""", path: "/production/predict/m");
        var after = await FoundAsync(all, 2);

        Assert.Equal(["""[{"region":"north","income":"redacted"}]"""], after.Outputs[0].Worst.Select(w => w.Request));
        Assert.Empty(after.Segments);
        Assert.Equal((2, 2), (after.Pairs.Compared, after.Pairs.DifferentRows));
    }

    private static FakeNode Answering(Func<int, (int Label, double Score)> answer) => new((request, stream, ct) =>
    {
        var i = int.Parse(request.Body.AsSpan(6, request.Body.IndexOf(',', StringComparison.Ordinal) - 6), CultureInfo.InvariantCulture);
        var (label, score) = answer(i);
        return FakeNode.WriteAsync(stream, FakeNode.Http(string.Create(CultureInfo.InvariantCulture, $$"""{"predictions":[{"label":{{label}},"score":{{score:R}}}]}""")), ct);
    });

    private static RouteVariant Shadow(int version, FakeNode node) => RouterAndNodes.Variant(version, VariantRole.Shadow, 0, node) with { MirrorPercent = 100, Compare = How };

    private static async Task<RouterAndNodes> StartAsync(FakeNode primary, FakeNode shadow, params string[] flags)
    {
        var all = await RouterAndNodes.StartAsync(flags);
        await all.RouteAsync(RouterAndNodes.Primary(primary), Shadow(2, shadow));
        return all;
    }

    private static Comparison? Last(RouterAndNodes all, Guid? variant = null) =>
        all.Api["r1"].Said.OfType<Comparison>().LastOrDefault(c => variant is null || c.VariantId == variant);

    private static async Task<Comparison> FoundAsync(RouterAndNodes all, long asked, Guid? variant = null)
    {
        static long Asked(PairCounts p) => p.Compared + p.CandidateFailed + p.PrimaryFailed + p.BothFailed + p.Unreadable;
        await Until.TrueAsync(() => Last(all, variant) is { } found && Asked(found.Pairs) >= asked, $"{asked} pairs are told");
        return Last(all, variant)!;
    }
}
