using System.Text;
using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router;

/// <summary>The real router host in front of nodes that do as they are told.</summary>
internal sealed class RouterAndNodes : IAsyncDisposable
{
    public const string Path = "/production/v2/models/m/infer";
    private static readonly Guid EndpointId = new("0198c0de-0000-7000-8000-0000000000e1");

    private RouterAndNodes(FakeApi api, RouterHost router) => (Api, Router) = (api, router);

    public FakeApi Api { get; }

    public RouterHost Router { get; }

    public IEnumerable<Measurement> Measured => Api["r1"].Said.OfType<Measurements>().SelectMany(m => m.Items);

    /// <summary>Of the tables to come.</summary>
    public RouteLedger? Ledger { get; set; }

    public static async Task<RouterAndNodes> StartAsync(params string[] flags)
    {
        var api = await FakeApi.StartAsync();
        return new RouterAndNodes(api, await RouterHost.StartAsync(api, null, flags));
    }

    /// <summary>Nodes are told apart by their place in the list.</summary>
    public static RouteVariant Variant(int version, VariantRole role, double weight, params FakeNode[] nodes) => new(
        Id("a", version), Id("b", version), version, role, weight, [.. nodes.Select(n => new RouteNode(Id("c", n.Port), n.Address))]);

    public static RouteVariant Primary(params FakeNode[] nodes) => Variant(1, VariantRole.Primary, 100, nodes);

    public Task RouteAsync(params RouteVariant[] variants) => RouteAsync(null, variants);

    public Task RouteAsync(TrafficRules? rules, params RouteVariant[] variants) => RouteAsync(rules, null, variants);

    public async Task RouteAsync(TrafficRules? rules, RouteExperiment? experiment, params RouteVariant[] variants)
    {
        var revision = Api.Route("r1", new RouteEndpoint(EndpointId, "production", "m", variants, rules, experiment, Ledger));
        await Until.TrueAsync(
            () => Api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision)
                && Api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Access),
            "the router applied its table");
    }

    public Task<HttpResponseMessage> AskAsync(string body = "{}", string? token = null, string path = Path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        if (token is not null)
            request.Headers.TryAddWithoutValidation("Authorization", "Bearer " + token);
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return Router.Http.SendAsync(request, TestContext.Current.CancellationToken);
    }

    public async Task<(int Status, string Body)> SayAsync(string body = "{}", string? token = null, string path = Path, params (string Name, string Value)[] headers)
    {
        using var response = await AskAsync(body, token, path, headers);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    public Task<string> MetricsAsync() => Router.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        await Router.DisposeAsync();
        await Api.DisposeAsync();
    }

    private static Guid Id(string kind, int number) => new($"0198c0de-0000-7000-8000-{kind[0]}{number:00000000000}");
}
