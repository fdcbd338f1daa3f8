using ModelHub.Cli;
using ModelHub.Cli.Access;
using ModelHub.Cli.Demo;
using ModelHub.Cli.Terminal;
using ModelHub.Cli.Versions;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class ArgumentsTests
{
    [Theory]
    [InlineData("up", "--port", "0")]
    [InlineData("up", "--nodes", "17")]
    [InlineData("promote", "risk.credit-scoring", "--to", "production")]
    [InlineData("promote", "risk.credit-scoring@1")]
    [InlineData("promote", "risk.credit-scoring@1", "--to", "production", "--timeout", "soon")]
    [InlineData("version", "register", "m", "--file", "f", "--metric", "auc=high")]
    [InlineData("version", "list", "m", "--where", "owner=me")]
    [InlineData("check", "m@1", "--name", "bias", "--state", "maybe")]
    [InlineData("reject", "p")]
    [InlineData("model")]
    [InlineData("backup")]
    [InlineData("restore", "file", "elsewhere")]
    [InlineData("nonsense")]
    public async Task Wrong_usage_ends_with_64(params string[] arguments) =>
        Assert.Equal(64, await CommandLine.RunAsync(arguments, TestContext.Current.CancellationToken));

    [Theory]
    [InlineData("risk.credit-scoring@12", "risk.credit-scoring", 12)]
    [InlineData("a@b@3", "a@b", 3)]
    public void A_version_is_written_NAME_at_NUMBER(string text, string name, int number) =>
        Assert.Equal(new VersionName(name, number), VersionName.TryParse(text));

    [Theory]
    [InlineData("risk@0")]
    [InlineData("risk@-1")]
    [InlineData("@1")]
    [InlineData("risk@")]
    [InlineData("risk")]
    [InlineData("risk@99999999999")]
    public void Other_texts_are_no_version(string text) => Assert.Null(VersionName.TryParse(text));

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("90s", 90)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86400)]
    public void Times_have_a_unit(string text, double seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), Duration.TryParse(text));

    [Theory]
    [InlineData("10")]
    [InlineData("0s")]
    [InlineData("-1s")]
    [InlineData("169h")]
    [InlineData("8d")]
    public void Times_without_unit_or_beyond_a_week_are_none(string text) => Assert.Null(Duration.TryParse(text));

    [Theory]
    [InlineData("http://127.0.0.1:5081/login?code=mhl_abc", "mhl_abc")]
    [InlineData("mhl_abc", "mhl_abc")]
    public void A_login_link_and_its_code_are_the_same(string given, string code) => Assert.Equal(code, LoginCommand.Code(given));

    [Fact]
    public void Percentiles_are_values_that_were_measured()
    {
        double[] values = [.. Enumerable.Range(1, 100).Select(n => (double)n)];

        Assert.Equal(50, Percentiles.Of(values, 0.50));
        Assert.Equal(99, Percentiles.Of(values, 0.99));
        Assert.Equal(0, Percentiles.Of([], 0.99));
    }

    [Fact]
    public void A_bar_shows_the_share_that_is_done() =>
        Assert.Equal("Uploading [###############...............] 50 % 4 of 8 MB", ProgressBar.Draw("Uploading", 0.5, "4 of 8 MB"));
}
