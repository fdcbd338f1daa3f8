using System.Security.Claims;
using ModelHub.GraphQL.Execution;
using ModelHub.Tests.GraphQL.Conformance;
using Xunit;

namespace ModelHub.Tests.GraphQL.Fuzz;

/// <summary>A short run with a fixed seed; <c>./modelhub bench fuzz</c> is the long one.</summary>
public sealed class FuzzTests
{
    [Fact]
    public async Task No_request_breaks_the_handler_or_keeps_it_busy()
    {
        await using var host = await ConformanceHost.StartAsync(0);

        var report = await new FuzzRun(host.Services, new ClaimsPrincipal(new ClaimsIdentity()), seed: 20261120)
            .RunAsync(host.Services.GetRequiredService<GraphQLEngine>().Schema, 3000, TestContext.Current.CancellationToken);

        Assert.True(report.Faults.Count == 0, string.Join("\n\n", report.Faults));
        // A generator that no longer makes valid documents would find nothing.
        Assert.True(report.Answered > report.Requests / 3, $"only {report.Answered} of {report.Requests} were answered with data");
        // The memory of the process is watched by the long run, where nothing else happens beside it.
        var engine = host.Services.GetRequiredService<GraphQLEngine>();
        Assert.InRange(engine.Kept.Bytes, 1, engine.Limits.MaxCachedPlanBytes);
        Assert.InRange(engine.Kept.Entries, 1, engine.Limits.MaxCachedPlans);
    }
}
