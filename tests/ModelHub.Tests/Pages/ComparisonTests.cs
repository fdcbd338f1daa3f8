using ModelHub.Console.Graph;
using ModelHub.Console.Versions;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class ComparisonTests
{
    [Theory]
    [InlineData("3,1,3", new[] { 1, 3 })]
    [InlineData("2,x,-1,0,5,1.5", new[] { 2, 5 })]
    [InlineData(null, new int[0])]
    public void The_address_names_each_version_once_and_nothing_else(string? text, int[] numbers)
        => Assert.Equal(numbers, Comparison.Numbers(text));

    [Fact]
    public void A_metric_is_told_with_its_change_against_the_first_version_that_states_it()
    {
        var metrics = Part("Metrics", Version(1), Version(2, auc: 0.81), Version(3, auc: 0.83), Version(4, auc: 0.8));

        var line = Assert.Single(metrics.Lines);
        Assert.Equal(["–", "0.81", "0.83", "0.8"], line.Cells.Select(cell => cell.Text));
        Assert.Equal([null, null, "+0.02", "−0.01"], line.Cells.Select(cell => cell.Change));
        Assert.True(line.Differs);
    }

    [Fact]
    public void A_tensor_that_only_one_version_has_is_a_line_that_differs_and_one_that_all_have_alike_does_not()
    {
        var signature = Part("Signature", Version(1, inputs: ["x"]), Version(2, inputs: ["x", "y"]));

        Assert.Equal([("input x", false), ("input y", true)], signature.Lines.Select(line => (line.Name, line.Differs)));
        Assert.Equal(["–", "FP32 [any, 4]"], signature.Lines[1].Cells.Select(cell => cell.Text));
    }

    [Fact]
    public void Data_is_told_by_the_number_of_the_version_of_each_dataset()
    {
        var data = Part("Data", Version(1, data: 1), Version(2, data: 2));

        Assert.Equal(["v1, 20,000 rows", "v2, 20,000 rows"], Assert.Single(data.Lines).Cells.Select(cell => cell.Text));
    }

    private static Comparison Part(string name, params ComparedVersion[] versions) => Comparison.Of(versions).Single(part => part.Name == name);

    private static ComparedVersion Version(int number, double? auc = null, string[]? inputs = null, int? data = null) => new(
        number, "READY", "onnx", 1024, null, DateTimeOffset.UnixEpoch, "user:ada", auc is null ? [] : [new Metric("auc", auc)], [],
        new Signature([.. (inputs ?? []).Select(input => new TensorSpec(input, "FP32", [-1, 4], null, "TENSOR"))], []),
        data is { } at ? [new VersionData("risk.applications", at, 20_000)] : [], []);
}
