using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router;

/// <summary>What variants that share an endpoint's traffic say, as the router tells it.</summary>
public sealed class PredictionTests
{
    [Fact]
    public async Task The_answers_of_both_variants_are_sampled_and_told_each_for_itself()
    {
        await using var primary = FakeNode.Saying("""{"predictions":[{"label":0,"p":{"no":0.75,"yes":0.25}},{"label":1,"p":{"no":0.25,"yes":0.75}}]}""");
        await using var canary = FakeNode.Saying("""{"predictions":[{"label":1,"p":{"no":0.1,"yes":0.9}},{"label":1,"p":{"no":1,"yes":0}}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        var (one, two) = (RouterAndNodes.Variant(1, VariantRole.Primary, 50, primary), RouterAndNodes.Variant(2, VariantRole.Canary, 50, canary));
        await all.RouteAsync(one, two);

        await Until.TrueAsync(
            async () =>
            {
                await all.SayAsync(path: "/production/predict/m");
                return Of(all, one.VariantId).Count > 0 && Of(all, two.VariantId).Count > 0;
            },
            "both are told");

        var (first, second) = (Of(all, one.VariantId)[0], Of(all, two.VariantId)[0]);
        Assert.Equal(("p", 0), (first.Output, first.Zeros));
        Assert.Equal(first.Sampled, first.Positive.Counts.Sum());
        Assert.Equal(DifferenceScale.Bucket(0.25), first.Positive.Offset);
        Assert.Equal((second.Sampled / 2, second.Sampled / 2), (second.Zeros, second.Positive.Counts.Sum()));
        Assert.Empty(first.Classes);
    }

    [Fact]
    public async Task Labels_without_a_score_are_told_as_classes()
    {
        await using var node = FakeNode.Saying("""{"outputs":[{"name":"label","datatype":"BYTES","shape":[3],"data":["a","b","a"]}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        var one = RouterAndNodes.Variant(1, VariantRole.Primary, 50, node);
        await all.RouteAsync(one, RouterAndNodes.Variant(2, VariantRole.Canary, 50, node));

        await Until.TrueAsync(
            async () =>
            {
                await all.SayAsync();
                return Of(all, one.VariantId).Count > 0;
            },
            "the labels are told");

        var said = Of(all, one.VariantId)[0];
        Assert.Equal([new ClassCount("a", said.Sampled / 3 * 2), new ClassCount("b", said.Sampled / 3)], said.Classes);
    }

    [Fact]
    public async Task A_version_alone_is_not_looked_at()
    {
        await using var node = FakeNode.Saying("""{"predictions":[{"p":0.5}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(RouterAndNodes.Primary(node));

        for (var i = 0; i < 20; i++)
            await all.SayAsync();
        await Until.TrueAsync(() => all.Measured.Sum(m => m.Requests) == 20, "the window is told");

        Assert.Empty(all.Api["r1"].Said.OfType<Predictions>());
    }

    private static List<Prediction> Of(RouterAndNodes all, Guid variant) =>
        [.. all.Api["r1"].Said.OfType<Predictions>().SelectMany(p => p.Items).Where(p => p.VariantId == variant)];
}
