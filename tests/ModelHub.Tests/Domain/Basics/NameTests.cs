using ModelHub.Domain.Basics;
using Xunit;

namespace ModelHub.Tests.Domain.Basics;

public sealed class NameTests
{
    [Theory]
    [InlineData("risk.credit-scoring", "risk")]
    [InlineData("risk.eu.cards_2", "risk.eu")]
    [InlineData("0", "")]
    public void A_good_name_tells_its_namespace(string name, string @namespace) =>
        Assert.Equal(@namespace, EntityName.Parse("name", name).Value.Namespace);

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("risk.")]
    [InlineData(".risk")]
    [InlineData("risk..credit")]
    [InlineData("Risk")]
    [InlineData("-risk")]
    [InlineData("risk.-x")]
    [InlineData("risk/credit")]
    [InlineData("risk credit")]
    [InlineData("risk\n")]
    [InlineData("rísk")]
    [InlineData("rısk\0")]
    public void A_bad_name_is_refused_by_field(string? name) =>
        Assert.Equal("name", Assert.IsType<InvalidInput>(EntityName.Parse("name", name).Refusal).Field);

    [Fact]
    public void Two_hundred_characters_are_the_limit()
    {
        Assert.Null(EntityName.Parse("name", new string('a', 200)).Refusal);
        Assert.NotNull(EntityName.Parse("name", new string('a', 201)).Refusal);
    }

    [Theory]
    [InlineData("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", true)]
    [InlineData("sha256:E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855", false)]
    [InlineData("sha256:e3b0", false)]
    [InlineData("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", false)]
    public void A_digest_has_one_form(string text, bool good) => Assert.Equal(good, Digest.Parse("digest", text).Refusal is null);

    [Fact]
    public void Text_with_a_nul_is_refused_because_no_database_could_keep_it() =>
        Assert.Equal("card", Assert.IsType<InvalidInput>(Texts.Longer("card", "a\0b", 10)).Field);

    [Theory]
    [InlineData("https://ci.example/run/1", true)]
    [InlineData("javascript:alert(1)", false)]
    [InlineData("/run/1", false)]
    public void Only_web_links_are_kept(string link, bool good) => Assert.Equal(good, Texts.NotALink("link", link) is null);
}
