using System.Globalization;
using System.Text;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router.Comparing;

/// <summary>Two real models that are known to disagree, through the real router and a real node.</summary>
public sealed class DisagreementTests
{
    /// <summary>
    /// label: x above the bar; score: x, and more by a quarter where x is above the jump. Two of them with the bars 0.5 and 0.6 disagree in
    /// the label exactly for x in (0.5, 0.6].
    /// </summary>
    private static byte[] Model(float bar, float jump) => new TinyModel()
        .Node("Greater", ["x", "bar"], ["label"])
        .Node("Greater", ["x", "jump"], ["high"])
        .Node("Add", ["x", "quarter"], ["more"])
        .Node("Where", ["high", "more", "x"], ["score"])
        .Weights("bar", [1], [bar])
        .Weights("jump", [1], [jump])
        .Weights("quarter", [1], [0.25f])
        .Input("x", ElementType.Float32, -1, 1)
        .Output("label", ElementType.Bool, -1, 1)
        .Output("score", ElementType.Float32, -1, 1)
        .Written();

    [Theory]
    [InlineData("json")]
    [InlineData("binary")]
    [InlineData("rows")]
    public async Task The_planted_flips_and_differences_are_found_and_nothing_else(string form)
    {
        await using var api = await FakeApi.StartAsync();
        await using var node = await NodeHost.StartAsync(api, "n1");
        await using var router = await RouterHost.StartAsync(api);
        Assignment[] versions = [api.Assignment("m", 1, Model(bar: 0.5f, jump: 10)), api.Assignment("m", 2, Model(bar: 0.6f, jump: 0.9f))];
        api.Assign("n1", versions);
        await Until.TrueAsync(() => api["n1"].Placements?.Items.Count(i => i.State == PlacementState.Ready) == 2, "both versions are ready");
        RouteNode[] nodes = [new(api["n1"].Id, api["n1"].Hello!.Address)];
        var revision = api.Route("r1", new RouteEndpoint(Guid.CreateVersion7(), "production", "m",
        [
            new(Guid.CreateVersion7(), versions[0].VersionId, 1, VariantRole.Primary, 100, nodes),
            new(Guid.CreateVersion7(), versions[1].VersionId, 2, VariantRole.Shadow, 0, nodes, MirrorPercent: 100, new RouteComparison(0.01, 0)),
        ]));
        await Until.TrueAsync(() => api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision)
            && api.Peers.All(p => p.AppliedAccess >= api.AccessRevision), "the router applied its table and the node knows the router");

        // 0.000, 0.005, … 0.995, ten rows to a request: twenty rows in (0.5, 0.6], nineteen above 0.9.
        for (var request = 0; request < 20; request++)
            await AskAsync(router, form, [.. Enumerable.Range(request * 10, 10).Select(i => (i * 0.005f).ToString("R", CultureInfo.InvariantCulture))]);
        Comparison? found = null;
        await Until.TrueAsync(() => (found = api["r1"].Said.OfType<Comparison>().LastOrDefault())?.Pairs.Compared == 20, "all pairs are told");

        var (label, score) = (found!.Outputs.Single(o => o.Name == "label"), found.Outputs.Single(o => o.Name == "score"));
        Assert.Equal((20, 200, 39), (found.Pairs.Compared, found.Pairs.Rows, found.Pairs.DifferentRows));
        Assert.Equal((200, 20, 200, 20), (label.Values, label.Different, label.Classified, label.Flips));
        Assert.Equal(new ClassPair("true", "false", 20), label.Classes.Single(c => c.Primary != c.Candidate));
        Assert.Equal((200, 181, 19, 0), (score.Values, score.Equal, score.Different, score.NotANumber));
        Assert.Equal(0.25, score.MaxDifference, 6);
        Assert.Equal([19L], score.Absolute.Counts);
        Assert.Equal(200, score.Sample.Length);
    }

    private static async Task AskAsync(RouterHost router, string form, string[] values)
    {
        var rows = form == "rows";
        var body = rows
            ? $"[{string.Join(',', values.Select(v => $$"""{"x":{{v}}}"""))}]"
            : $$"""{"inputs":[{"name":"x","datatype":"FP32","shape":[{{values.Length}},1],"data":[{{string.Join(',', values)}}]}]{{(form == "binary" ? ",\"parameters\":{\"binary_data_output\":true}" : "")}}}""";
        using var answer = await router.Http.PostAsync(rows ? "/production/predict/m" : "/production/v2/models/m/infer", new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
