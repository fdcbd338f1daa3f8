using Xunit;

namespace ModelHub.Tests.GraphQL.Transport;

/// <summary>The header GraphQL-Cost: <c>report</c> adds the cost to the answer, <c>validate</c> answers with it alone.</summary>
public sealed class CostTests : IAsyncLifetime
{
    private const string Books = "query($limit: Int!) { books(about: \"x\", limit: $limit) { title } }";

    private GatedHost host = null!;

    public async ValueTask InitializeAsync() => host = await GatedHost.StartAsync(o => o.Limits.MaxCost = 100);

    public ValueTask DisposeAsync() => host.DisposeAsync();

    [Fact]
    public async Task Report_runs_the_operation_and_tells_its_cost()
    {
        var answer = await host.AskAsync(Books, new { limit = 7 }, cost: "report");

        Assert.Equal(7, answer.At("data.books").GetArrayLength());
        Assert.Equal(7, answer.At("extensions.operationCost.typeCost").GetDouble());
    }

    [Fact]
    public async Task Validate_tells_the_cost_and_runs_nothing()
    {
        var answer = await host.AskAsync("{ held }", cost: "validate");

        Assert.False(answer.TryGetProperty("data", out _));
        Assert.Equal(10, answer.At("extensions.operationCost.fieldCost").GetDouble());
        Assert.Equal(0, host.Held);
    }

    [Fact]
    public async Task Without_the_header_the_answer_says_nothing_of_cost()
    {
        var answer = await host.AskAsync(Books, new { limit = 7 });

        Assert.False(answer.TryGetProperty("extensions", out _));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("report")]
    [InlineData("validate")]
    public async Task What_costs_too_much_by_its_variables_is_refused_before_it_runs_whatever_the_header_says(string? cost)
    {
        var answer = await host.AskAsync(Books, new { limit = 101 }, cost);

        Assert.Equal(["COST_EXCEEDED"], answer.Codes());
        Assert.False(answer.TryGetProperty("data", out _));
        Assert.Equal(101, answer.At("errors.0.extensions.typeCost").GetDouble());
    }
}
