using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using ModelHub.Tests.Onnx;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router;

/// <summary>Explanations go through a router, and are no traffic to it.</summary>
public sealed class ExplainRoutingTests : IAsyncLifetime
{
    private const string Body = """{"rows": [{"income": 10, "age": 1}]}""";
    private FakeApi api = null!;
    private NodeHost node = null!;
    private RouterHost router = null!;

    public async ValueTask InitializeAsync()
    {
        api = await FakeApi.StartAsync();
        node = await NodeHost.StartAsync(api, "n1");
        router = await RouterHost.StartAsync(api);
        FieldProfile[] fields = [new("income", 0, 20, [0, 20], Sample: ["0", "20"]), new("age", 0, 2, [0, 2], Sample: ["0", "2"])];
        var (one, two) = (api.Assignment("risk.credit", 1, TinyModel.Linear([2, 3], 1, "income", "age")) with { Fields = fields }, api.Assignment("risk.credit", 2, TinyModel.Linear([4, 5], 1, "income", "age")) with { Fields = fields });
        var held = api.Assign("n1", one, two);
        await Until.TrueAsync(() => api["n1"].Placements is { } p && p.Revision >= held && p.Items.Length == 2 && p.Items.All(i => i.State == PlacementState.Ready), "held");
        var routed = api.Route("r1", new RouteEndpoint(Guid.CreateVersion7(), "production", "risk.credit", [Variant(one, 100, VariantRole.Primary), Variant(two, 0, VariantRole.Canary)]));
        await Until.TrueAsync(
            () => api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= routed) && api["r1"].AppliedAccess > 0 && api["n1"].AppliedAccess >= api.AccessRevision, "routed");
    }

    public async ValueTask DisposeAsync()
    {
        await router.DisposeAsync();
        await node.DisposeAsync();
        await api.DisposeAsync();
    }

    [Fact]
    public async Task A_row_is_explained_under_the_endpoint_and_under_any_of_its_versions()
    {
        var (status, live) = await ExplainAsync("/production/explain/risk.credit");
        var (_, also) = await ExplainAsync("/production/v2/models/risk.credit/explain");
        var (_, canary) = await ExplainAsync("/production/v2/models/risk.credit/versions/2/explain");

        Assert.Equal(HttpStatusCode.OK, status);
        Assert.Equal(("1", "1", "2"), ((string)live["model_version"]!, (string)also["model_version"]!, (string)canary["model_version"]!));
        Assert.Equal("linear", (string)live["method"]!);
        // The middle of the background: 10 and 1.
        Assert.All(live["explanations"]![0]![0]!["columns"]!.AsArray(), c => Assert.Equal(0, (double)c!["phi"]!, 5));
        Assert.Equal(4 * 10 + 5 + 1, (double)canary["explanations"]![0]![0]!["base"]!, 4);
    }

    [Fact]
    public async Task It_is_counted_neither_as_a_request_nor_against_the_node()
    {
        for (var i = 0; i < 5; i++)
            await ExplainAsync("/production/explain/risk.credit");
        Assert.Equal(HttpStatusCode.BadRequest, (await ExplainAsync("/production/explain/risk.credit", "{}")).Status);

        var metrics = await router.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.DoesNotContain(metrics.Split('\n'), line => line.StartsWith("modelhub_router_requests_total", StringComparison.Ordinal) && line.Contains("risk.credit", StringComparison.Ordinal) && !line.EndsWith(" 0", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_who_may_call_the_endpoint_may_ask()
    {
        using var stranger = new HttpClient { BaseAddress = router.Http.BaseAddress };

        using var refused = await stranger.PostAsync("/production/explain/risk.credit", new StringContent(Body), TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await ExplainAsync("/staging/explain/risk.credit")).Status);
    }

    private RouteVariant Variant(Assignment version, double weight, VariantRole role) =>
        new(Guid.CreateVersion7(), version.VersionId, version.Version, role, weight, [new RouteNode(api["n1"].Id, api["n1"].Hello!.Address)]);

    private async Task<(HttpStatusCode Status, JsonNode Answer)> ExplainAsync(string path, string body = Body)
    {
        using var answer = await router.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"), TestContext.Current.CancellationToken);
        return (answer.StatusCode, JsonNode.Parse(await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))!);
    }
}
