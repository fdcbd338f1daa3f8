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
    [InlineData(0.02371, 0.2, "0.024")]
    [InlineData(1.23456, 0.2, "1.23")]
    [InlineData(412.345, 0.2, "412")]
    [InlineData(0.00009, 0.2, "0")]
    [InlineData(-0.00009, 0.2, "0")]
    [InlineData(-0.26, 0.2, "-0.26")]
    [InlineData(0.000012345, 0.00002, "1.23e-5")]
    [InlineData(17.06, 9.3, "17.1")]
    [InlineData(1234.5, 800, "1,234")]
    [InlineData(0.5, 0.0, "0.5")]
    public void A_number_is_as_exact_as_is_seen_beside_the_greatest(double number, double most, string words) => Assert.Equal((words, words), (Show.Beside(number, most), Show.Beside(Show.Near(number, most), most)));

    [Theory]
    [InlineData("auc is 0.8018160218455805, no champion to compare with", "auc is 0.8018, no champion to compare with")]
    [InlineData("auc 0.760498 against 0.75, asked 0", "auc 0.7605 against 0.75, asked 0")]
    [InlineData("onnx 1.30.0 at 10.0.1234567.1", "onnx 1.30.0 at 10.0.1234567.1")]
    [InlineData(null, "")]
    public void What_a_program_wrote_is_read_with_numbers_as_exact_as_people_read_them(string? text, string words) => Assert.Equal(words, Show.Readable(text));

    [Theory]
    [InlineData("2026-11-29T08:46:07.0720880Z", "29 Nov 2026, 08:46:07")]
    [InlineData("17", "17")]
    public void A_moment_that_a_program_wrote_is_read_and_all_else_left(string text, string words) => Assert.Equal(words, Show.Moment(text));

    [Theory]
    [InlineData("token:bootstrap-1795941757465", "the administrator's token")]
    [InlineData("token:bootstrap-mine", "token bootstrap-mine")]
    [InlineData("user:mara", "mara")]
    public void Who_did_something_is_said_by_name(string actor, string words) => Assert.Equal(words, Who.Words(actor));

    [Theory]
    [InlineData(60, "2 Jan 03:04")]
    [InlineData(10, "2 Jan 03:04:05")]
    public void Windows_that_are_shorter_than_a_minute_are_told_apart_by_their_seconds(int seconds, string words)
    {
        var at = new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

        Assert.Equal(words, Show.Moment(at, [at.AddSeconds(-seconds), at, at.AddHours(1)]));
    }

    [Theory]
    [InlineData(-0.01, "0.0 ms")]
    [InlineData(-0.26, "-0.3 ms")]
    [InlineData(-12.6, "-13 ms")]
    [InlineData(1500.0, "1.5 s")]
    public void Nothing_has_no_sign(double milliseconds, string words) => Assert.Equal(words, Show.Milliseconds(milliseconds));

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
    [InlineData("batch-run:01234567-89ab-cdef-0123-456789abcdef", "a batch run", "/batches/QmF0Y2hSdW46MDEyMzQ1NjctODlhYi1jZGVmLTAxMjMtNDU2Nzg5YWJjZGVm")]
    [InlineData("environment:production", "production", "/environments/production")]
    [InlineData("bundle-key:0123456789abcdef", "0123456789abcdef", "/bundles")]
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
