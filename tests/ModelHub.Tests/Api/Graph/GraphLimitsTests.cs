using ModelHub.Api.Configuration;
using ModelHub.GraphQL;
using ModelHub.Hosting;
using Xunit;

namespace ModelHub.Tests.Api.Graph;

public sealed class GraphLimitsTests
{
    public static TheoryData<string> Limits => [.. typeof(GraphQLLimits).GetProperties().Select(limit => limit.Name)];

    [Theory]
    [MemberData(nameof(Limits))]
    public void Each_limit_of_the_engine_can_be_set_and_is_held_to_its_range(string name)
    {
        var limit = typeof(GraphQLLimits).GetProperty(name)!;
        var key = GraphLimits.KeyOf(limit);

        var settings = With(key, "1024");
        var set = limit.GetValue(GraphLimits.Read(settings))!;
        var wrong = With(key, "-1");
        GraphLimits.Read(wrong);
        var fault = Assert.Throws<InvalidConfigurationException>(wrong.ThrowIfFaulty);

        // 1024 is beyond some ranges: then it is a fault as well, and the value stays what it was.
        if (Record.Exception(settings.ThrowIfFaulty) is null)
            Assert.Equal(1024, set is TimeSpan time ? time.TotalSeconds : Convert.ToDouble(set, System.Globalization.CultureInfo.InvariantCulture));
        else
            Assert.Equal(limit.GetValue(new GraphQLLimits()), set);
        Assert.StartsWith(key + ":", fault.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_not_set_is_as_the_engine_has_it()
    {
        var limits = GraphLimits.Read(With("Unrelated", "1"));

        Assert.Empty(limits.Faults());
        Assert.Equal(new GraphQLLimits().ExecutionTimeout, limits.ExecutionTimeout);
        Assert.Equal(new GraphQLLimits().MaxCost, limits.MaxCost);
    }

    private static Settings With(string key, string value) =>
        new(new ConfigurationBuilder().AddInMemoryCollection([new KeyValuePair<string, string?>(key, value)]).Build());
}
