using System.Text.Json.Nodes;
using ModelHub.Cli;
using ModelHub.Cli.Graph;
using ModelHub.Cli.Predictions;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class LabelFileTests
{
    [Fact]
    public void A_file_of_values_is_read_with_the_lines_they_stand_on()
    {
        var rows = Csv("\uFEFFrequest,value,row,observedAt\r\nr-1,good,,\r\n\r\n\"r,2\",\"a \"\"b\"\"\nc\",3,2026-01-01T00:00:00Z\r\nr-3,1,0,\n");

        Assert.Equal([2, 4, 6], rows.Select(r => r.Place));
        Assert.Equal(
            ["""{"request":"r-1","value":"good"}""", """{"request":"r,2","value":"a \u0022b\u0022\nc","row":3,"observedAt":"2026-01-01T00:00:00Z"}""", """{"request":"r-3","value":"1","row":0}"""],
            rows.Select(r => r.Label.ToJsonString()));
    }

    [Theory]
    [InlineData("request\n", "line 1")]
    [InlineData("request,value,when\n", "when")]
    [InlineData("request,request,value\n", "line 1")]
    [InlineData("request,value\na\n", "line 2: 1 values")]
    [InlineData("request,value,row\na,1,x\n", "line 2.row")]
    [InlineData("request,value\na,\"1\n", "line 2: a quote that is never closed")]
    [InlineData("request,value\na,\"1\"2\n", "line 2: something behind")]
    [InlineData("request,value\na,1\"2\"\n", "line 2: a quote within")]
    public void What_is_no_such_file_is_said_with_its_line(string text, string said) =>
        Assert.Contains(said, Assert.Throws<BrokenWorldException>(() => Csv(text)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("{\"request\":\"a\",\"value\":1}\n[]", "line 2")]
    [InlineData("{\"request\":\"a\",\"value\":1}\n{", "line 2")]
    [InlineData("{\"request\":\"a\"}", "line 1")]
    [InlineData("{\"request\":\"a\",\"value\":1,\"at\":2}", "line 1.at")]
    public void Nor_are_lines_that_are_no_labels(string text, string said) =>
        Assert.Contains(said, Assert.Throws<BrokenWorldException>(() => LabelFile.Lines(new StringReader(text)).ToList()).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("r-1=good", """{"request":"r-1","value":"good"}""")]
    [InlineData("a=b=1", """{"request":"a=b","value":"1"}""")]
    [InlineData("r-1#2=x", """{"request":"r-1","value":"x","row":2}""")]
    [InlineData("r#x=1", """{"request":"r#x","value":"1"}""")]
    public void A_typed_label_names_its_request_and_row(string text, string label) => Assert.Equal(label, LabelRow.Typed(1, text, null).Label.ToJsonString());

    [Theory]
    [InlineData("r-1")]
    [InlineData("=1")]
    [InlineData("r-1=")]
    public void What_is_no_label_is_said_to_be_none(string text) => Assert.Throws<BrokenWorldException>(() => LabelRow.Typed(1, text, null));

    [Fact]
    public void A_refusal_of_a_row_is_told_with_its_line()
    {
        var rows = Csv("request,value\na,1\n\nb,2\n");

        Assert.Equal((4, ".value"), LabelFile.Place(Of("labels[1].value"), rows));
        Assert.Null(LabelFile.Place(Of("source"), rows));
        static Refusal Of(string field) => new("InvalidInput", "", new JsonObject { ["field"] = field });
    }

    private static List<LabelRow> Csv(string text) => [.. LabelFile.Csv(new StringReader(text))];
}
