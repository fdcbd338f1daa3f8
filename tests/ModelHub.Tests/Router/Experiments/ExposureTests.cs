using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;

namespace ModelHub.Tests.Router.Experiments;

/// <summary>The real router in front of two arms: who gets which, and what it tells of that.</summary>
public sealed class ExposureTests
{
    private static readonly Guid Id = new("0198c0de-0000-7000-8000-0000000000f1");
    private static readonly byte[] Salt = [1, 2, 3, 4];

    [Theory]
    [InlineData(StickySource.Header)]
    [InlineData(StickySource.Cookie)]
    [InlineData(StickySource.Field)]
    public async Task A_key_always_gets_the_same_arm_and_is_told_once(StickySource source)
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(null, Experiment(source), Arm(1, 50, old), Arm(2, 50, next));
        var arms = new Dictionary<int, string>();

        for (var round = 0; round < 5; round++)
            for (var user = 0; user < 40; user++)
            {
                var (_, arm) = await SayAsync(all, source, $"user-{user}");
                Assert.Equal(arms.TryAdd(user, arm) ? arm : arms[user], arm);
            }

        Assert.Equal(["1", "2"], arms.Values.Distinct().Order());
        await Until.TrueAsync(() => Told(all).Count >= 40, "every key is told");
        var told = Told(all);
        Assert.Equal(40, told.Count);
        Assert.All(arms, user => Assert.Equal(user.Value == "1" ? VariantOf(1) : VariantOf(2), told.Single(t => t.Key == UnitHash.OfKey(Salt, $"user-{user.Key}")).VariantId));
        Assert.All(told, t => Assert.Null(t.Value));
    }

    [Fact]
    public async Task The_id_of_the_first_request_is_told_as_a_hash()
    {
        await using var node = FakeNode.Saying("{}");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(null, Experiment(StickySource.Header), Arm(1, 50, node), Arm(2, 50, node));

        await all.SayAsync("{}", null, RouterAndNodes.Path, ("x-user", "ada"), ("x-request-id", "order-7"));
        await all.SayAsync("{}", null, RouterAndNodes.Path, ("x-user", "ada"), ("x-request-id", "order-8"));

        await Until.TrueAsync(() => Told(all).Count > 0, "the key is told");
        Assert.Equal((UnitHash.OfKey(Salt, "ada"), UnitHash.OfRequest(Salt, "order-7")), Told(all).Select(t => (t.Key, t.Request)).Single());
        Assert.NotEqual(UnitHash.OfKey(Salt, "ada"), UnitHash.OfRequest(Salt, "ada"));
        Assert.NotEqual(UnitHash.OfKey(Salt, "ada"), UnitHash.OfKey([9], "ada"));
    }

    [Fact]
    public async Task An_id_that_the_router_makes_tells_the_key_where_labels_count_and_one_of_the_callers_own_stays()
    {
        await using var node = FakeNode.Saying("""{"predictions":[{"score":4}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        async Task<string> IdAsync(params (string, string)[] headers)
        {
            using var answer = await all.AskAsync(headers: headers);
            return answer.Headers.GetValues("x-request-id").Single();
        }

        await all.RouteAsync(null, Experiment(StickySource.Header), Arm(1, 50, node), Arm(2, 50, node));
        string[] ids = [await IdAsync(("x-user", "ada")), await IdAsync(("x-user", "ada"))];
        Assert.All(ids, id => Assert.True(UnitHash.TryReadKey(id, out var key) && key == UnitHash.OfKey(Salt, "ada"), id));
        Assert.Equal(2, ids.Distinct().Count());
        Assert.Equal("order-7", await IdAsync(("x-user", "ada"), ("x-request-id", "order-7")));
        Assert.False(UnitHash.TryReadKey(await IdAsync(), out _));
        await Until.TrueAsync(() => Told(all).Count > 0, "the key is told");
        Assert.Equal(UnitHash.OfRequest(Salt, ids[0]), Told(all).Single().Request);

        await all.RouteAsync(null, Experiment(StickySource.Header) with { Metric = new("score") }, Arm(1, 50, node), Arm(2, 50, node));
        Assert.False(UnitHash.TryReadKey(await IdAsync(("x-user", "ada")), out _));
    }

    [Fact]
    public async Task Who_has_no_key_gets_the_control_and_takes_no_part()
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(null, Experiment(StickySource.Header), Arm(1, 1, old), Arm(2, 99, next));

        for (var i = 0; i < 30; i++)
            Assert.Equal("1", (await all.SayAsync()).Body);
        await SayAsync(all, StickySource.Header, "last");

        await Until.TrueAsync(() => Told(all).Count > 0, "the one with a key is told");
        Assert.Equal(UnitHash.OfKey(Salt, "last"), Told(all).Single().Key);
    }

    [Theory]
    [InlineData("""{"predictions":[{"score":0.25},{"score":0.75}]}""", "score", null, 0.5)]
    [InlineData("""{"predictions":[{"score":1},{"score":3}]}""", "score", null, 2.0)]
    [InlineData("""{"predictions":[{"label":"good"},{"label":"bad"},{"label":"good"},{"label":"good"}]}""", "label", "good", 0.75)]
    [InlineData("""{"outputs":[{"name":"label","datatype":"INT64","shape":[2],"data":[1,0]}]}""", "label", "1", 0.5)]
    [InlineData("""{"outputs":[{"name":"p","datatype":"FP32","shape":[1,2],"data":[0.25,0.75],"parameters":{"labels":["no","yes"]}}]}""", "p", null, 0.75)]
    [InlineData("""{"outputs":[{"name":"p","datatype":"FP32","shape":[1,2],"data":[0.25,0.75],"parameters":{"labels":["no","yes"]}}]}""", "p", "yes", 1.0)]
    [InlineData("""{"predictions":[{"score":"NaN"}]}""", "score", null, null)]
    [InlineData("""{"predictions":[{"other":1}]}""", "score", null, null)]
    [InlineData("no json", "score", null, null)]
    public async Task An_answer_is_worth_what_it_says(string answer, string output, string? @class, double? value)
    {
        await using var node = FakeNode.Saying(answer);
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(null, Experiment(StickySource.Header) with { Metric = new(output, @class) }, Arm(1, 50, node), Arm(2, 50, node));

        await SayAsync(all, StickySource.Header, "ada");

        await Until.TrueAsync(() => Told(all).Count > 0, "the key is told");
        Assert.Equal(value, Told(all).Single().Value);
    }

    [Fact]
    public async Task An_arm_that_fails_was_dealt_all_the_same_and_an_answer_that_comes_later_counts()
    {
        var fails = true;
        await using var node = new FakeNode((_, stream, ct) => FakeNode.WriteAsync(stream, FakeNode.Http("""{"predictions":[{"score":4}]}""", fails ? 500 : 200), ct));
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(null, Experiment(StickySource.Header) with { Metric = new("score") }, Arm(1, 50, node), Arm(2, 50, node));

        Assert.Equal(500, (await SayAsync(all, StickySource.Header, "ada")).Status);
        await Until.TrueAsync(() => Told(all).Count == 1, "the failure is told");
        Assert.Null(Told(all)[0].Value);

        fails = false;
        await SayAsync(all, StickySource.Header, "ada");
        await Until.TrueAsync(() => Told(all).Count == 2, "the answer is told");
        Assert.Equal((Told(all)[0].Key, 4.0), (Told(all)[1].Key, Told(all)[1].Value));
    }

    [Fact]
    public async Task While_an_arm_has_no_node_the_control_answers_and_its_answer_says_nothing_of_the_arm()
    {
        await using var node = FakeNode.Saying("""{"predictions":[{"score":4}]}""");
        await using var all = await RouterAndNodes.StartAsync();
        await all.RouteAsync(null, Experiment(StickySource.Header) with { Metric = new("score") }, Arm(1, 1, node), Arm(2, 99));

        for (var user = 0; user < 10; user++)
            Assert.Equal(200, (await SayAsync(all, StickySource.Header, $"user-{user}")).Status);

        await Until.TrueAsync(() => Told(all).Count == 10, "all are told");
        Assert.All(Told(all).Where(t => t.VariantId == VariantOf(2)), t => Assert.Null(t.Value));
        Assert.Contains(Told(all), t => t.VariantId == VariantOf(2));
    }

    [Fact]
    public async Task The_next_experiment_deals_anew()
    {
        await using var old = FakeNode.Saying("1");
        await using var next = FakeNode.Saying("2");
        await using var all = await RouterAndNodes.StartAsync();
        async Task<string> DealAsync(Guid id)
        {
            await all.RouteAsync(null, Experiment(StickySource.Header) with { Id = id }, Arm(1, 50, old), Arm(2, 50, next));
            var dealt = "";
            for (var user = 0; user < 40; user++)
                dealt += (await SayAsync(all, StickySource.Header, $"user-{user}")).Body;
            return dealt;
        }

        var first = await DealAsync(Id);

        Assert.Equal(first, await DealAsync(Id));
        Assert.NotEqual(first, await DealAsync(new Guid("0198c0de-0000-7000-8000-0000000000f2")));
    }

    private static RouteExperiment Experiment(StickySource source) => new(Id, new StickyKey(source, source == StickySource.Header ? "x-user" : "user"), Salt);

    private static RouteVariant Arm(int version, double share, params FakeNode[] nodes) =>
        RouterAndNodes.Variant(version, version == 1 ? VariantRole.Primary : VariantRole.Arm, share, nodes);

    private static Guid VariantOf(int version) => Arm(version, 50).VariantId;

    private static List<Exposure> Told(RouterAndNodes all) => [.. all.Api["r1"].Said.OfType<Exposures>().Where(e => e.Experiment == Id).SelectMany(e => e.Items)];

    private static Task<(int Status, string Body)> SayAsync(RouterAndNodes all, StickySource source, string key) => source switch
    {
        StickySource.Field => all.SayAsync($$"""[{"user":"{{key}}"}]""", path: "/production/predict/m"),
        StickySource.Cookie => all.SayAsync("{}", null, RouterAndNodes.Path, ("Cookie", $"theme=dark; user={key}")),
        _ => all.SayAsync("{}", null, RouterAndNodes.Path, ("x-user", key)),
    };
}
