using System.Text.Json;
using ModelHub.Worker.Jobs;
using ModelHub.Worker.Training.Tabular;
using ModelHub.Worker.Training.Tabular.Onnx;
using Xunit;

namespace ModelHub.Tests.Worker.Training;

public sealed class TabularTrainerTests
{
    [Fact]
    public void German_credit_reaches_the_quality_of_a_logistic_regression_of_the_field()
    {
        var trained = Train(German(), """{"target":"class","positiveClass":"2"}""");

        // The reference logistic regression of the data set's manifest has an AUC of 0.808 on its own split.
        Assert.InRange(trained.Metrics["auc"], 0.70, 0.88);
        Assert.InRange(trained.Metrics["accuracy"], 0.70, 0.85);
        Assert.InRange(trained.Metrics["log_loss"], 0.40, 0.60);
        Assert.Equal(["1", "2"], trained.Model.Classes);
    }

    [Fact]
    public void The_same_table_definition_and_seed_give_the_same_model_bit_for_bit()
    {
        var first = WriteOnnx.Of(Train(German(), """{"target":"class"}""").Model);
        var second = WriteOnnx.Of(Train(German(), """{"target":"class"}""").Model);
        var other = WriteOnnx.Of(Train(German(), """{"target":"class","seed":2}""").Model);

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Fact]
    public void The_fit_is_the_minimum_where_the_gradient_is_zero()
    {
        var table = German();
        var rows = Enumerable.Range(0, table.Rows).ToArray();
        var target = Target.Of(table, Definition("""{"target":"class"}"""));
        var space = FeatureSpace.Fit(table, ["duration", "credit_amount", "purpose", "housing"], rows);
        var design = space.Encode(table, rows);

        var (w, _) = LogisticRegression.Fit(design, target.Truth, rows, 0.01, new double[space.Width + 1], TestContext.Current.CancellationToken);

        // d/dw of mean log loss + lambda/2 |w|², written out anew.
        var gradient = new double[w.Length];
        foreach (var r in rows) design.AddRow(r, (LogisticRegression.Probability(design.Dot(r, w)) - target.Truth[r]) / rows.Length, gradient);
        for (var i = 0; i < space.Width; i++) gradient[i] += 0.01 * w[i];
        Assert.All(gradient, g => Assert.InRange(g, -1e-8, 1e-8));
    }

    [Fact]
    public void Ridge_on_diabetes_reaches_the_quality_of_the_reference()
    {
        var trained = Train(Table.Read([("diabetes.csv", SharedData.Path("tabular", "diabetes", "diabetes.csv"))], TestContext.Current.CancellationToken),
            """{"target":"target","task":"regression"}""");

        // The manifest's ridge has r2 0.505 and rmse 52.97 on its own split.
        Assert.InRange(trained.Metrics["r2"], 0.35, 0.65);
        Assert.InRange(trained.Metrics["rmse"], 45, 65);
    }

    [Fact]
    public void A_warm_start_is_matched_by_name_and_means_the_same_under_another_standardisation()
    {
        var table = German();
        var parent = Train(table, """{"target":"class"}""").Model;
        var half = Enumerable.Range(0, table.Rows / 2).ToArray();
        string[] otherOrder = [.. parent.Space.Categorical.Select(f => f.Column).Reverse(), .. parent.Space.Numeric.Select(f => f.Column).Reverse()];
        var space = FeatureSpace.Fit(table, otherOrder, half);

        using var folder = new TemporaryFolder();
        var file = Path.Combine(folder.Path, "parent.onnx");
        File.WriteAllBytes(file, WriteOnnx.Of(parent));

        var start = ReadCoefficients.From(file)!.In(space);

        var (before, after) = (parent.Space.Encode(table, half), space.Encode(table, half));
        foreach (var row in half) Assert.Equal(before.Dot(row, parent.Coefficients), after.Dot(row, start), 9);
    }

    [Fact]
    public void A_parent_of_another_make_is_no_start() =>
        Assert.Null(ReadCoefficients.From(SharedData.Path("models", "german_lr_mixed", "model.onnx")));

    [Theory]
    [InlineData("""{"target":"nothing"}""", "no column \"nothing\"")]
    [InlineData("""{"target":"class","lambda":[1]}""", "lambda")]
    [InlineData("""{"target":"class","lambdas":[0]}""", "lambdas")]
    [InlineData("""{"target":"class","positiveClass":"3"}""", "\"3\" is not a value")]
    [InlineData("""{"target":"purpose","task":"classification"}""", "exactly two")]
    [InlineData("""{"target":"purpose","task":"regression"}""", "not a number")]
    [InlineData("""{"target":"class","features":["class"]}""", "is the target")]
    public void A_definition_that_cannot_work_is_refused_with_the_field(string definition, string part)
    {
        var refused = Assert.Throws<BadInputException>(() => Train(German(), definition));

        Assert.Contains(part, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Cancelling_stops_the_search()
    {
        using var cancel = new CancellationTokenSource();

        Assert.ThrowsAny<OperationCanceledException>(() => TrainTabular.Run(
            German(), Definition("""{"target":"class"}"""), null, (share, _) => { if (share > 0.3) cancel.Cancel(); }, cancel.Token));
    }

    private static Table German() => Table.Read(
        [("train.csv", SharedData.Path("tabular", "german_credit", "train.csv")), ("test.csv", SharedData.Path("tabular", "german_credit", "test.csv"))], TestContext.Current.CancellationToken);

    private static TabularDefinition Definition(string json) => TabularDefinition.Parse(JsonDocument.Parse(json).RootElement, null);

    private static TrainedModel Train(Table table, string definition) =>
        TrainTabular.Run(table, Definition(definition), null, (_, _) => { }, TestContext.Current.CancellationToken);
}
