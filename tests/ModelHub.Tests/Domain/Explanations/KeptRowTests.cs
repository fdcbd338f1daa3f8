using ModelHub.Domain.Explanations;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Domain.Explanations;

public sealed class KeptRowTests
{
    private static readonly Signature Signature = new(
        [new TensorSpec("x", "FP32", [-1, 2]), new TensorSpec("purpose", "BYTES", [-1, 1])], [new TensorSpec("y", "FP32", [-1, 1])], ["a", "b"]);

    [Theory]
    [InlineData("""[{"a":1,"b":2,"purpose":"car"},{"a":3,"b":4,"purpose":"boat"}]""", 1, """{"a":3,"b":4,"purpose":"boat"}""")]
    [InlineData("""[{"x":[1,2],"purpose":"car"}]""", 0, """{"purpose":"car","a":1,"b":2}""")]
    public void A_row_is_asked_about_with_the_names_of_the_columns_however_it_came(string inputs, int row, string asked) =>
        Assert.Equal(asked, KeptRow.Of(inputs, null, row, Signature).Value.GetRawText());

    [Theory]
    [InlineData(null, "too large", 0, "its inputs were not kept, too large")]
    [InlineData("""[{"x":"hmac:0123456789abcdef0123456789abcdef"}]""", null, 0, "the value of x was hashed")]
    [InlineData("""[{"x":1}]""", null, 1, "predictionRow")]
    [InlineData("""[{"x":1}]""", null, -1, "predictionRow")]
    public void What_was_not_kept_as_it_was_cannot_be(string? inputs, string? omitted, int row, string says) =>
        Assert.Contains(says, KeptRow.Of(inputs, omitted, row, Signature).Refusal!.ToString(), StringComparison.Ordinal);
}
