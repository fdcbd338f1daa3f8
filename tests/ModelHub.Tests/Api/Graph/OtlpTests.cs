using System.Collections.Concurrent;
using System.Text;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

/// <summary>With a collector named, spans and figures arrive there; the collector is a small server of the test.</summary>
public sealed class OtlpTests(ApiHost host) : IClassFixture<ApiHost>, IAsyncLifetime
{
    private readonly ConcurrentQueue<(string Path, string Text)> received = new();
    private WebApplication sink = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        sink = builder.Build();
        sink.MapPost("/v1/{signal}", async (HttpContext context, string signal) =>
        {
            using var body = new MemoryStream();
            await context.Request.Body.CopyToAsync(body);
            // Names and texts stand in Protobuf as they are.
            received.Enqueue((signal, Encoding.UTF8.GetString(body.ToArray())));
            return Results.Bytes([], "application/x-protobuf");
        });
        await sink.StartAsync(Ct);
    }

    public async ValueTask DisposeAsync() => await sink.DisposeAsync();

    [Fact]
    public async Task The_spans_of_a_request_arrive_and_tell_no_literal()
    {
        using var admin = await host.AdminAsync();
        await admin.ModelAsync("traced.model");
        await admin.VersionAsync("traced.model");
        var traced = await host.StartAsync($"--Telemetry:Otlp={ApiHost.AddressOf(sink)}");
        using var client = new ApiClient(new HttpClient { BaseAddress = ApiHost.AddressOf(traced) });
        client.Http.DefaultRequestHeaders.Authorization = admin.Http.DefaultRequestHeaders.Authorization;

        await client.QueryAsync("query Traced { models(where: { name: { eq: \"traced.model\" } }) { nodes { name versions { nodes { number } } } } }");
        await traced.StopAsync(Ct);

        var traces = string.Concat(received.Where(one => one.Path == "traces").Select(one => one.Text));
        Assert.All(
            ["graphql.request", "graphql.parse", "graphql.validate", "graphql.plan", "graphql.execute", "graphql.batch", "VersionsOfModel", "Traced", "POST /graphql", "modelhub"],
            name => Assert.Contains(name, traces, StringComparison.Ordinal));
        Assert.DoesNotContain("traced.model", traces, StringComparison.Ordinal);
        Assert.DoesNotContain("Password", traces, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("graphql.request.duration", string.Concat(received.Where(one => one.Path == "metrics").Select(one => one.Text)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_by_name()
    {
        var fault = await Assert.ThrowsAsync<ModelHub.Hosting.InvalidConfigurationException>(() => host.StartAsync("--Telemetry:Otlp=collector:4318"));

        Assert.Contains("Telemetry:Otlp", fault.Message, StringComparison.Ordinal);
    }
}
