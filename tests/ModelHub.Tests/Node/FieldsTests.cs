using System.Text;
using ModelHub.Inference.Predict;
using ModelHub.Node.Serving;
using ModelHub.Onnx;
using ModelHub.Protocol;
using ModelHub.Tests.Onnx;
using Xunit;

namespace ModelHub.Tests.Node;

/// <summary>What a node does with what it is told of the data a version was made from.</summary>
public sealed class FieldsTests : IAsyncLifetime
{
    private static readonly FieldProfile[] Seen =
    [
        new("monthly income", 100, 5000.1, [1000, 2000]),
        new("purpose", Texts: ["car", "house"], AreAll: true),
        new("note", Texts: ["yes"]),
        new("unknown to the model", 0, 1),
    ];

    private FakeApi api = null!;
    private NodeHost node = null!;
    private Assignment assignment = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1");
        var model = new TinyModel()
            .Node("Identity", ["monthly income"], ["a"]).Node("Identity", ["purpose"], ["b"]).Node("Identity", ["note"], ["c"])
            .Input("monthly income", ElementType.Float32, -1, 1).Input("purpose", ElementType.String, -1, 1).Input("note", ElementType.String, -1, 1)
            .Output("a", ElementType.Float32, -1, 1).Output("b", ElementType.String, -1, 1).Output("c", ElementType.String, -1, 1).Written();
        assignment = api.Assignment("m", 1, model) with
        {
            Fields = Seen,
            Rules = [new("refusing", null, OutOfRange.Refuse), new("flagging", null, OutOfRange.Flag)],
        };
        api.Assign("n1", assignment);
        await Until.TrueAsync(
            () => api.Peers.Any(p => p.AppliedAccess == api.AccessRevision && p.Placements?.Items is [{ State: PlacementState.Ready }]), "ready");
    }

    public async ValueTask DisposeAsync()
    {
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Theory]
    [InlineData("refusing", "100", "car", 200, null, "predictions")]
    [InlineData("refusing", "5000.1", "house", 200, null, "predictions")]
    [InlineData("refusing", "\"NaN\"", "house", 200, null, "predictions")]
    [InlineData("refusing", "5001", "house", 400, null, "The field 'monthly income' of row 1 is 5001; the data this version was made from had 100 to 5000.1.")]
    [InlineData("refusing", "\"-Infinity\"", "house", 400, null, "The field 'monthly income' of row 1 is -Infinity; the data this version was made from had 100 to 5000.1.")]
    [InlineData("refusing", "200", "boat", 400, null, "The field 'purpose' of row 1 is 'boat'; the data this version was made from had car, house.")]
    [InlineData("flagging", "99.5", "boat", 200, "monthly%20income,purpose", "predictions")]
    [InlineData("flagging", "100", "car", 200, null, "predictions")]
    [InlineData("elsewhere", "-1", "boat", 200, null, "predictions")]
    public async Task Values_the_data_did_not_have_are_dealt_with_as_the_endpoint_wants(string environment, string income, string purpose, int status, string? flagged, string told)
    {
        var (answered, flags, body) = await PredictAsync(environment, income, purpose);

        Assert.Equal((status, flagged), (answered, flags));
        Assert.Contains(told, body, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_learnt_of_the_data_later_holds_without_loading_again()
    {
        var (before, _, _) = await PredictAsync("refusing", "6000", "car");
        var loaded = api.Peers.Single().Placements!.Items.Single().LoadedMs;

        api.Assign("n1", assignment with { Fields = [new("monthly income", 100, 7000, [1000]), .. Seen[1..]] });

        await Until.TrueAsync(async () => (await PredictAsync("refusing", "6000", "car")).Status == 200, "the wider range");
        Assert.Equal(400, before);
        Assert.Equal(loaded, api.Peers.Single().Placements!.Items.Single().LoadedMs);
    }

    [Fact]
    public async Task They_are_counted_by_field_whether_refused_or_flagged()
    {
        await PredictAsync("refusing", "1", "boat");
        await PredictAsync("flagging", "1", "car");
        await PredictAsync("elsewhere", "1", "boat");

        var metrics = await node.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("modelhub_node_out_of_range_total{model=\"m\",version=\"1\",field=\"monthly income\"} 2\n", metrics, StringComparison.Ordinal);
        Assert.Contains("modelhub_node_out_of_range_total{model=\"m\",version=\"1\",field=\"purpose\"} 1\n", metrics, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_is_tried_on_values_its_data_had()
    {
        var instance = new ScriptedInstance(x => x);

        Assert.Null(await WarmUp.RunAsync(instance, new WarmUpRows(instance.Spec, [new SeenValues("x", 3, 9, [3, 5, 9], [], false)]), new RunTimes(), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.Equal([3, 5, 9, 3, 5], instance.Runs.Select(Assert.Single));
    }

    [Fact]
    public async Task A_version_of_unknown_data_is_tried_on_a_made_up_row()
    {
        var instance = new ScriptedInstance(x => x);

        Assert.Null(await WarmUp.RunAsync(instance, new WarmUpRows(instance.Spec, [new SeenValues("z", 3, 9, [3], [], false)]), new RunTimes(), TimeSpan.FromMinutes(1), TestContext.Current.CancellationToken));

        Assert.NotEmpty(instance.Runs);
        Assert.All(instance.Runs, row => Assert.Equal(0, Assert.Single(row)));
    }

    private async Task<(int Status, string? Flagged, string Body)> PredictAsync(string environment, string income, string purpose)
    {
        var rows = $$"""[{"monthly income":200,"purpose":"car","note":"never seen"},{"note":"","purpose":"{{purpose}}","monthly income":{{income}}}]""";
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predict/m") { Content = new StringContent(rows, Encoding.UTF8, "application/json") };
        request.Headers.Add("x-modelhub-environment", environment);
        using var response = await node.Http.SendAsync(request, TestContext.Current.CancellationToken);
        return ((int)response.StatusCode, response.Headers.TryGetValues("x-modelhub-flagged", out var said) ? said.Single() : null, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
