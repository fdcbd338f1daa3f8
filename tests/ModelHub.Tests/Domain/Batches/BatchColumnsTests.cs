using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Models;
using Xunit;

namespace ModelHub.Tests.Domain.Batches;

public sealed class BatchColumnsTests
{
    public static TheoryData<Signature, string[]> Fields => new()
    {
        { Sample.Credit, ["income FP32 1", "purpose BYTES 1"] },
        { In(new TensorSpec("x", "FP32", [-1, 3])), ["x FP32 3"] },
        { In(new TensorSpec("x", "FP32", [-1, 2])) with { Features = ["a", "b"] }, ["a FP32 1", "b FP32 1"] },
        { In(new TensorSpec("x", "FP32", [-1, 2]), new TensorSpec("y", "BYTES", [-1, 1])) with { Features = ["a", "b"] }, ["a FP32 1", "b FP32 1", "y BYTES 1"] },
        { In(new TensorSpec("x", "FP32", [-1, 2]), new TensorSpec("y", "BYTES", [-1])) with { Features = ["a", "b", "c"] }, ["a FP32 1", "b FP32 1", "c BYTES 1"] },
        { In(new TensorSpec("x", "FP32", [-1, 2])) with { Features = ["a", "b", "c"] }, ["x FP32 2"] },
    };

    public static TheoryData<TensorSpec, string[]> Outputs => new()
    {
        { new TensorSpec("y", "FP32", [-1]), ["y FP32"] },
        { new TensorSpec("y", "INT64", [-1, 1]), ["y INT64"] },
        { new TensorSpec("y", "FP32", [-1, 2]), ["y.0 FP32", "y.1 FP32"] },
        { new TensorSpec("y", "FP32", [-1, 2], ["good", "bad"]), ["y.good FP32", "y.bad FP32"] },
        { new TensorSpec("y", "FP64", [-1, -1]), ["y BYTES"] },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void The_fields_of_a_row_are_named_as_nodes_name_them(Signature signature, string[] expected) =>
        Assert.Equal(expected, BatchFields.Of(signature).Select(f => $"{f.Name} {f.Datatype} {f.Width}"));

    [Theory]
    [MemberData(nameof(Outputs))]
    public void Wide_outputs_come_apart_into_columns(TensorSpec output, string[] expected)
    {
        var columns = BatchColumns.Of(new Signature([], [output]), ["id"]).Value.All;

        Assert.Equal(["row INT64", "id BYTES", .. expected, "error BYTES"], columns.Select(c => $"{c.Name} {c.Datatype}"));
    }

    [Theory]
    [InlineData("label")]
    [InlineData("LABEL")]
    [InlineData("probabilities.1")]
    [InlineData("row")]
    [InlineData("error")]
    public void A_kept_column_may_not_be_named_as_one_of_the_output(string name)
    {
        Assert.Equal("keep", Assert.IsType<InvalidInput>(BatchColumns.Of(Sample.Credit, [name]).Refusal).Field);
    }

    [Fact]
    public void Half_floats_and_open_widths_cannot_be_filled_from_rows()
    {
        Assert.Equal("x", BatchFields.Unfillable(In(new TensorSpec("x", "FP16", [-1, 1]))));
        Assert.Equal("x", BatchFields.Unfillable(In(new TensorSpec("x", "FP32", [-1, -1]))));
        Assert.Null(BatchFields.Unfillable(Sample.Credit));
    }

    private static Signature In(params TensorSpec[] inputs) => new(inputs, [new TensorSpec("y", "FP32", [-1])]);
}
