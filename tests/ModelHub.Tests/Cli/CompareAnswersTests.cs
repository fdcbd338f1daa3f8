using System.Text.Json.Nodes;
using ModelHub.Cli.Bundles;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class CompareAnswersTests
{
    [Theory]
    [InlineData("FP32", "0.5", "0.50004", true)]
    [InlineData("FP32", "0.5", "0.5001", false)]
    [InlineData("FP64", "1e-9", "9e-9", true)]
    [InlineData("FP64", "30000", "30002.9", true)]
    [InlineData("FP64", "30000", "30003.1", false)]
    [InlineData("FP32", "\"NaN\"", "\"NaN\"", true)]
    [InlineData("FP32", "\"NaN\"", "0", false)]
    [InlineData("INT64", "9007199254740993", "9007199254740992", false)]
    [InlineData("INT64", "3", "3", true)]
    [InlineData("BYTES", "\"good\"", "\"bad\"", false)]
    [InlineData("BOOL", "true", "true", true)]
    public void Fractions_may_differ_by_a_ten_thousandth_and_all_else_not_at_all(string datatype, string before, string now, bool same) =>
        Assert.Equal(same, CompareAnswers.Difference(Answer(datatype, before), Answer(datatype, now)) is null);

    [Fact]
    public void What_differs_is_named()
    {
        var answer = Answer("FP32", "1");

        Assert.Equal("'y'[0] is 2 here and 1 in the bundle", CompareAnswers.Difference(answer, Answer("FP32", "2")));
        Assert.Equal("the datatype of 'y' is \"FP64\" here and \"FP32\" in the bundle", CompareAnswers.Difference(answer, Answer("FP64", "1")));
        Assert.Equal("'y' has another number of values here than in the bundle", CompareAnswers.Difference(answer, Answer("FP32", "1,1")));
        Assert.Equal("the outputs are  here and y in the bundle", CompareAnswers.Difference(answer, new JsonObject()));
        Assert.NotNull(CompareAnswers.Difference(new JsonObject(), new JsonObject()));
    }

    private static JsonNode Answer(string datatype, string data) =>
        JsonNode.Parse($$"""{"outputs":[{"name":"y","datatype":"{{datatype}}","shape":[1],"data":[{{data}}]}]}""")!;
}
