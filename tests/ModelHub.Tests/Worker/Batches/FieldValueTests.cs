using System.Text;
using System.Text.Json;
using ModelHub.Domain.Batches;
using ModelHub.Worker.Batches;
using Xunit;

namespace ModelHub.Tests.Worker.Batches;

public sealed class FieldValueTests
{
    [Theory]
    [InlineData("FP32", "1.5", "1.5")]
    [InlineData("FP32", "", "\"NaN\"")]
    [InlineData("FP32", null, "\"NaN\"")]
    [InlineData("FP32", "nan", "\"NaN\"")]
    [InlineData("FP64", "-inf", "\"-Infinity\"")]
    [InlineData("FP32", "1e39", null)]
    [InlineData("FP64", "1e39", "1E+39")]
    [InlineData("FP64", "1e400", null)]
    [InlineData("FP64", "one", null)]
    [InlineData("FP64", "0.1", "0.1")]
    [InlineData("INT64", "3", "3")]
    [InlineData("INT64", "3.0", "3")]
    [InlineData("INT64", "3.5", null)]
    [InlineData("INT64", "", null)]
    [InlineData("INT64", "9223372036854775807", "9223372036854775807")]
    [InlineData("INT64", "9223372036854775808", null)]
    [InlineData("UINT64", "18446744073709551615", "18446744073709551615")]
    [InlineData("UINT8", "256", null)]
    [InlineData("INT8", "-128", "-128")]
    [InlineData("BOOL", "true", "true")]
    [InlineData("BOOL", "0", "false")]
    [InlineData("BOOL", "", null)]
    [InlineData("BYTES", "a \"b\"", "\"a \\\"b\\\"\"")]
    [InlineData("BYTES", null, "\"\"")]
    public void A_text_becomes_the_value_that_nodes_take_or_an_error_that_names_the_column(string datatype, string? text, string? expected)
    {
        var (json, error) = Write(new BatchField("age", datatype, 1), text);

        Assert.Equal(expected, error is null ? json : null);
        Assert.True(error is null || (error.StartsWith("age: ", StringComparison.Ordinal) && error.Contains(datatype, StringComparison.Ordinal)), error);
    }

    [Theory]
    [InlineData("[1, 2.5]", "[1,2.5]")]
    [InlineData("[1, null]", "[1,\"NaN\"]")]
    [InlineData("[1]", null)]
    [InlineData("1, 2", null)]
    [InlineData("[1, \"x\"]", null)]
    [InlineData("", null)]
    public void A_wide_input_without_names_takes_an_array(string text, string? expected)
    {
        var (json, error) = Write(new BatchField("x", "FP32", 2), text);

        Assert.Equal(expected, error is null ? json : null);
    }

    private static (string Json, string? Error) Write(BatchField field, string? text)
    {
        using var buffer = new MemoryStream();
        string? error;
        using (var json = new Utf8JsonWriter(buffer, ShardText.Plain)) error = FieldValue.Write(json, field, text);
        return (Encoding.UTF8.GetString(buffer.ToArray()), error);
    }
}
