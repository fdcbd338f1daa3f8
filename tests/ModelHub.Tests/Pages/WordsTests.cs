using ModelHub.Console.Elements;
using ModelHub.Console.Events;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class WordsTests
{
    [Theory]
    [InlineData(0.83671, "0.8367")]
    [InlineData(12.3456, "12.346")]
    [InlineData(48213.5, "48,213.5")]
    [InlineData(0.00000012, "1.2e-7")]
    [InlineData(0.0, "0")]
    [InlineData(double.NaN, "NaN")]
    public void A_number_is_short_and_keeps_what_matters(double number, string words) => Assert.Equal(words, Show.Number(number));

    [Theory]
    [InlineData(0L, "0 B")]
    [InlineData(1023L, "1023 B")]
    [InlineData(1024L, "1.0 KiB")]
    [InlineData(2147483648L, "2.0 GiB")]
    public void Sizes_count_in_1024(long bytes, string words) => Assert.Equal(words, Show.Bytes(bytes));

    [Theory]
    [InlineData(3, "just now")]
    [InlineData(59, "59 seconds ago")]
    [InlineData(90, "1 minute ago")]
    [InlineData(3 * 3600, "3 hours ago")]
    [InlineData(30 * 3600, "yesterday")]
    [InlineData(-7200, "in 2 hours")]
    public void A_time_is_said_relative_to_now(int secondsAgo, string words) => Assert.Equal(words, Show.Ago(TimeSpan.FromSeconds(secondsAgo)));

    [Theory]
    [InlineData("version:risk.credit-scoring@3", "risk.credit-scoring v3", "/models/risk.credit-scoring/versions/3")]
    [InlineData("data-version:risk.applications@2", "risk.applications v2", "/datasets/risk.applications/versions/2")]
    [InlineData("endpoint:risk.credit-scoring/production", "risk.credit-scoring in production", "/endpoints/production/risk.credit-scoring")]
    [InlineData("model:risk.credit-scoring", "risk.credit-scoring", "/models/risk.credit-scoring")]
    [InlineData("something-new:x", "x", null)]
    [InlineData("no kind at all", "no kind at all", null)]
    public void The_subject_of_an_event_has_words_and_where_there_is_one_a_page(string subject, string words, string? address)
    {
        Assert.Equal(words, About.Words(subject));
        Assert.Equal(address, About.Address(subject));
    }

    [Theory]
    [InlineData("promotion.gates-evaluated", "Promotion gates evaluated")]
    [InlineData("user.signed-in", "User signed in")]
    public void The_kind_of_an_event_reads_as_words(string type, string words) => Assert.Equal(words, Happening.Words(type));
}
