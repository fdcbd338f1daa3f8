using ModelHub.Console.Endpoints;
using ModelHub.Console.Versions;
using Xunit;

namespace ModelHub.Tests.Pages;

/// <summary>What a person types of a version, and the row that an endpoint's page offers to copy.</summary>
public sealed class VersionFormTests
{
    [Fact]
    public void Metrics_and_data_versions_are_read_as_the_command_line_writes_them()
    {
        var fault = VersionFacts.Read("auc=0.81, loss=1e-3", " risk.applications@1 risk.more@12", out var facts);

        Assert.Null(fault);
        Assert.Equal([new("auc", 0.81), new("loss", 0.001)], facts.Metrics);
        Assert.Equal([new("risk.applications", 1), new("risk.more", 12)], facts.Data);
    }

    [Theory]
    [InlineData("auc", null)]
    [InlineData("auc=high", null)]
    [InlineData("auc=NaN", null)]
    [InlineData("=1", null)]
    [InlineData(null, "risk.applications")]
    [InlineData(null, "risk.applications@latest")]
    [InlineData(null, "@1")]
    public void What_cannot_be_read_is_named(string? metrics, string? data) =>
        Assert.Contains($"“{metrics}{data}”", VersionFacts.Read(metrics, data, out _), StringComparison.Ordinal);

    [Fact]
    public void A_row_to_copy_has_every_input_in_its_shape()
    {
        Signature signature = new([Input("income", "FP32", -1, 1), Input("age", "INT64", -1), Input("purpose", "BYTES", -1, 1), Input("history", "FP32", -1, 3)], []);

        Assert.Equal("""[{"income":1,"age":1,"purpose":"text","history":[1,1,1]}]""", ExampleRow.Of(signature));
    }

    [Fact]
    public void A_row_too_wide_to_copy_or_not_known_is_left_to_be_filled_in()
    {
        Assert.Equal("[{…}]", ExampleRow.Of(new([Input("picture", "FP32", -1, 3, 224, 224)], [])));
        Assert.Equal("[{…}]", ExampleRow.Of(null));
    }

    private static TensorSpec Input(string name, string datatype, params long[] shape) => new(name, datatype, shape, null, "TENSOR");
}
