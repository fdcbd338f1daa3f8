using ModelHub.Domain.Predictions;
using Xunit;

namespace ModelHub.Tests.Domain.Predictions;

public sealed class KnownLabelTests
{
    private static readonly DateTimeOffset T = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void The_latest_observation_counts_and_not_the_latest_arrival()
    {
        LabelArrival[] arrivals = [Arrival("good", observed: 2, arrived: 3), Arrival("bad", observed: 1, arrived: 5)];

        Assert.Null(KnownLabel.At(arrivals, T.AddHours(2)));
        Assert.Equal("good", KnownLabel.At(arrivals, T.AddHours(3))!.Value);
        Assert.Equal("good", KnownLabel.At(arrivals, T.AddHours(9))!.Value);
    }

    [Fact]
    public void A_duplicate_changes_nothing_and_is_known_since_its_first_arrival()
    {
        LabelArrival[] arrivals = [Arrival("good", 1, 7), Arrival("good", 1, 2), Arrival("good", 1, 5)];

        Assert.Equal(T.AddHours(2), KnownLabel.At(arrivals, T.AddHours(9))!.ArrivedAt);
    }

    [Fact]
    public void It_does_not_matter_in_which_order_they_are_looked_at()
    {
        var random = new Random(3);
        for (var round = 0; round < 500; round++)
        {
            var arrivals = Enumerable.Range(0, random.Next(1, 8)).Select(_ => Arrival(random.Next(3).ToString(), random.Next(3), random.Next(6))).ToArray();
            var at = T.AddHours(random.Next(7));
            var known = KnownLabel.At(arrivals, at);

            random.Shuffle(arrivals);

            Assert.Equal(known, KnownLabel.At(arrivals, at));
        }
    }

    [Theory]
    [InlineData("1", "1")]
    [InlineData("1.0", "1")]
    [InlineData("1e0", "1")]
    [InlineData("-0", "0")]
    [InlineData("0.10", "0.1")]
    [InlineData("True", "true")]
    [InlineData("FALSE", "false")]
    [InlineData("good", "good")]
    [InlineData("NaN", "NaN")]
    [InlineData("1e999", "1e999")]
    public void A_value_in_a_file_is_read_as_it_is_meant(string text, string value) => Assert.Equal(value, LabelValue.Of(text));

    private static LabelArrival Arrival(string value, int observed, int arrived) => new(0, value, T.AddHours(observed), T.AddHours(arrived));
}
