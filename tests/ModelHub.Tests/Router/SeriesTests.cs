using ModelHub.Protocol;
using ModelHub.Tests.Node;
using Xunit;
using RouteEndpoint = ModelHub.Protocol.RouteEndpoint;

namespace ModelHub.Tests.Router;

/// <summary>How many series a router tells, whatever it routes and whatever callers ask for.</summary>
public sealed class SeriesTests
{
    /// <summary>500 variants and one for the rest, each with 6 outcomes, 17 lines of a histogram and what comes once; then those without labels.</summary>
    private const int Most = 501 * (6 + 17) + 2 * 500 + 200;

    [Fact]
    public async Task Beyond_500_variants_the_rest_has_one_set_of_series_and_names_of_callers_have_none()
    {
        await using var node = FakeNode.Saying("{}");
        await using var all = await RouterAndNodes.StartAsync();
        RouteEndpoint Endpoint(int i) => new(Guid.CreateVersion7(), "production", $"m{i}", [RouterAndNodes.Primary(node) with { VariantId = Guid.CreateVersion7() }]);
        var revision = all.Api.Route("r1", [.. Enumerable.Range(0, 1_200).Select(Endpoint)]);
        await Until.TrueAsync(() => all.Api["r1"].Said.OfType<Applied>().Any(a => a.Kind == AppliedKind.Routes && a.Revision >= revision), "the router applied its table");

        for (var i = 0; i < 50; i++)
            await all.SayAsync(path: $"/production/v2/models/made-up-{i}/infer", headers: ("x-request-id", $"made-up-{i}"));
        var told = await all.MetricsAsync();

        var series = told.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => !line.StartsWith('#')).ToList();
        Assert.InRange(series.Count, 500 * (6 + 17), Most);
        Assert.Contains(series, line => line.StartsWith("modelhub_router_requests_total{environment=\"other\"", StringComparison.Ordinal));
        Assert.DoesNotContain("made-up", told, StringComparison.Ordinal);
        Assert.Equal(series.Count, series.Select(line => line[..line.LastIndexOf(' ')]).Distinct().Count());
    }
}
