using System.Text.Json;
using ModelHub.Onnx;
using ModelHub.Onnx.Additive;
using Xunit;

namespace ModelHub.Tests.Onnx;

public sealed class FindScoresTests
{
    [Theory]
    [InlineData("models/german_lr_mixed", Link.LogOdds)]
    [InlineData("models/german_lr_double", Link.LogOdds)]
    [InlineData("models/elec2_logistic", Link.LogOdds)]
    [InlineData("models/penguins_lr_mixed", Link.Softmax)]
    [InlineData("models/iris_lr_nozipmap", Link.Softmax)]
    [InlineData("models/iris_lr_zipmap_int", Link.Softmax)]
    [InlineData("models/diabetes_ridge", Link.Identity)]
    [InlineData("models/bike_ridge_int64_float", Link.Identity)]
    [InlineData("models/taxis_by_area_ridge", Link.Identity)]
    public void A_linear_model_of_scikit_learn_is_known_with_scores_that_give_its_answers(string name, Link link)
    {
        var (path, model) = Open(name);
        using (model)
        {
            var output = Assert.Single(Find(path, model), o => model.Signature.Outputs.Single(s => s.Name == o.Name).Element is ElementType.Float32 or ElementType.Float64);
            var inputs = SharedData.Json(name, "inputs.json").GetProperty("inputs").EnumerateArray().ToDictionary(i => i.GetProperty("name").GetString()!);
            var expected = SharedData.Json(name, File.Exists(Path.Combine(SharedData.Folder(name), "expected_ort.json")) ? "expected_ort.json" : "expected.json")
                .GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == output.Name).GetProperty("data");
            double[] told = [.. expected.EnumerateArray().SelectMany(e => e.ValueKind == JsonValueKind.Object ? e.EnumerateObject().Select(p => p.Value.GetDouble()) : [e.GetDouble()])];

            Assert.Equal(link, output.Link);
            for (var row = 0; row < told.Length / output.Scores.Count; row++)
            {
                double[] scores = [.. output.Scores.Select(s => s.Constant + s.Terms.Sum(t => t.Value(CellOf(model, inputs, t.Key, row))))];
                for (var o = 0; o < scores.Length; o++)
                {
                    var answer = link switch { Link.Identity => scores[o], Link.LogOdds => 1 / (1 + Math.Exp(-scores[o])), _ => Math.Exp(scores[o]) / scores.Sum(Math.Exp) };
                    Assert.InRange(Math.Abs(answer - told[row * scores.Length + o]), 0, 1e-4 + 1e-4 * Math.Abs(answer));
                }
            }
        }
    }

    [Theory]
    [InlineData("models/german_mlp_num")]
    [InlineData("models/german_xgb_num")]
    [InlineData("models/iris_knn")]
    [InlineData("models/diabetes_svr")]
    [InlineData("torch/digits_cnn")]
    public void A_model_that_is_more_than_linear_is_not_taken_for_one(string name)
    {
        var (path, model) = Open(name);
        using (model)
            Assert.DoesNotContain(Find(path, model), o => model.Signature.Outputs.Single(s => s.Name == o.Name).Element == ElementType.Float32);
    }

    [Fact]
    public void A_product_of_two_columns_and_a_hidden_layer_are_none()
    {
        using var folder = new TemporaryFolder();
        byte[] product = new TinyModel().Node("Mul", ["x", "z"], ["y"])
            .Input("x", ElementType.Float32, -1, 1).Input("z", ElementType.Float32, -1, 1).Output("y", ElementType.Float32, -1, 1).Written();

        Assert.Empty(Of(folder, product, [("x", 1), ("z", 1)]));
        Assert.Empty(Of(folder, QuantizeModelTests.Network(4, 8, 2), [("x", 4)]));
        Assert.Single(Of(folder, TinyModel.Linear([1, 2], 3), [("x", 2)]));
        Assert.Empty(Of(folder, [1, 2, 3], [("x", 2)]));
    }

    private static IReadOnlyList<AdditiveOutput> Of(TemporaryFolder folder, byte[] bytes, (string, int)[] inputs)
    {
        var path = Path.Combine(folder.Path, "m.onnx");
        File.WriteAllBytes(path, bytes);
        return FindScores.Of(path, inputs, ["y"]);
    }

    private static (string Path, OnnxModel Model) Open(string name)
    {
        var path = Path.Combine(SharedData.Folder(name), "model.onnx");
        Assert.True(OnnxModel.Open(path).Succeeded(out var model, out var refusal), refusal?.Reason);
        return (path, model);
    }

    private static IReadOnlyList<AdditiveOutput> Find(string path, OnnxModel model) => FindScores.Of(
        path, [.. model.Signature.Inputs.Select(i => (i.Name, Width(i.Shape)))], [.. model.Signature.Outputs.Select(o => o.Name)]);

    private static int Width(long[]? shape) => (int)shape!.Skip(1).Aggregate(1L, (a, b) => a * b);

    private static Cell CellOf(OnnxModel model, Dictionary<string, JsonElement> inputs, Place place, int row)
    {
        var spec = model.Signature.Inputs[place.Input];
        var value = inputs[spec.Name].GetProperty("data")[row * Width(spec.Shape) + place.Column];
        return value.ValueKind == JsonValueKind.Number ? new(value.GetDouble(), null) : spec.Element == ElementType.String ? new(0, value.GetString()) : new(double.NaN, null);
    }
}
