using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>What the engine measures is in the figures that the host gives to Prometheus.</summary>
public sealed class MetricsTests(ApiHost host) : IClassFixture<ApiHost>
{
    [Fact]
    public async Task Requests_durations_errors_and_lookups_are_in_the_figures()
    {
        using var admin = await host.AdminAsync();
        await admin.QueryAsync("query Measured { me { name } }");
        await admin.RawAsync("{ nothingOfThatName }");

        var figures = await admin.Http.GetStringAsync("/metrics", TestContext.Current.CancellationToken);

        Assert.Contains("graphql_requests_total{transport=\"http\",kind=\"query\",outcome=\"ran\"}", figures, StringComparison.Ordinal);
        Assert.Contains("graphql_requests_total{transport=\"http\",kind=\"none\",outcome=\"refused\"}", figures, StringComparison.Ordinal);
        Assert.Contains("graphql_request_duration_seconds_bucket{transport=\"http\",kind=\"query\",le=\"0.001\"}", figures, StringComparison.Ordinal);
        Assert.Contains("graphql_document_lookups_total{known=\"False\"}", figures, StringComparison.Ordinal);
        Assert.Contains("# TYPE graphql_errors_total counter", figures, StringComparison.Ordinal);
    }
}
