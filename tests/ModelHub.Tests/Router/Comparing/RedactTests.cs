using System.Text;
using ModelHub.Router.Comparing;
using Xunit;

namespace ModelHub.Tests.Router.Comparing;

public sealed class RedactTests
{
    [Theory]
    [InlineData("""[{"income":52000,"name":"Ada"}]""", """[{"income":"redacted","name":"Ada"}]""")]
    [InlineData("""{"inputs":[{"name":"income","shape":[1],"data":[52000]},{"name":"age","data":[30]}]}""", """{"inputs":[{"name":"income","shape":[1],"data":"redacted"},{"name":"age","data":[30]}]}""")]
    [InlineData("""{"predictions":[{"Income":{"a":1},"y":[1,2]}]}""", """{"predictions":[{"Income":"redacted","y":[1,2]}]}""")]
    public void The_values_of_a_named_field_are_blacked_out(string body, string kept) => Assert.Equal(kept, Of(body, "income"));

    [Fact]
    public void What_cannot_be_looked_into_is_told_by_its_digest()
    {
        const string digest = "^sha256:[0-9a-f]{64} \\([0-9]+ bytes\\)$";

        Assert.Matches(digest, Of("""{"a":1}""", "*"));
        Assert.Matches(digest, Of("no json", "income"));
        Assert.Matches(digest, Of($$"""{"a":"{{new string('x', Redact.MostText)}}"}""", "income"));
        Assert.Matches(digest, Redact.Text("""{"a":1}"""u8.ToArray(), null, "7", []));
        Assert.Matches(digest, Redact.Text("""{"a":1}"""u8.ToArray(), "br", null, []));
    }

    [Fact]
    public void A_column_of_the_request_is_found_whatever_form_the_request_has()
    {
        foreach (var body in new[]
        {
            """[{"region":"north"},{"region":"south"}]""",
            """{"instances":[{"region":"north"},{"region":"south"}]}""",
            """{"inputs":[{"name":"x","data":[1,2]},{"name":"region","shape":[2,1],"data":[["north"],["south"]]}]}""",
        })
            Assert.Equal(["north", "south"], new AskedRequest(Encoding.UTF8.GetBytes(body), null, null).Column("region").OrderBy(c => c.Key).Select(c => c.Value));
        Assert.Empty(new AskedRequest("""{"inputs":[{"name":"region","shape":[2,2],"data":[1,2,3,4]}]}"""u8.ToArray(), null, null).Column("region"));
        Assert.Empty(new AskedRequest("nonsense"u8.ToArray(), null, null).Column("region"));
        Assert.Empty(new AskedRequest("""{"inputs":3}"""u8.ToArray(), null, null).Column("region"));
    }

    private static string Of(string body, params string[] redacted) => Redact.Text(Encoding.UTF8.GetBytes(body), null, null, redacted);
}
