using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using ModelHub.Onnx;
using ModelHub.Worker.Training.Tabular;
using ModelHub.Worker.Training.Tabular.Onnx;
using Xunit;

namespace ModelHub.Tests.Worker.Training;

/// <summary>The written ONNX file, run by ONNX Runtime, answers what the trainer itself predicted.</summary>
public sealed class ServedAnswersTests
{
    [Fact]
    public void A_classifier_agrees_with_the_trainer_and_names_its_classes()
    {
        using var served = Served.Train("""{"target":"class","positiveClass":"2"}""", "german_credit", "train.csv");

        var (labels, probabilities) = (served.Output<long>("label"), served.Output<float>("probabilities"));

        Assert.Equal(served.Answers.Length, labels.Length);
        for (var row = 0; row < served.Answers.Length; row++)
        {
            Assert.Equal(served.Answers[row][^3], labels[row].ToString(CultureInfo.InvariantCulture));
            Assert.Equal(Number(served.Answers[row][^2]), probabilities[2 * row], 1e-5);
            Assert.Equal(Number(served.Answers[row][^1]), probabilities[2 * row + 1], 1e-5);
        }
        Assert.Equal(["1", "2"], served.Model.Signature.Classes!);
        Assert.Equal(20, served.Model.Signature.Inputs.Length);
        Assert.All(served.Model.Signature.Inputs, i => Assert.Equal([-1, 1], i.Shape!));
    }

    [Fact]
    public void A_regression_agrees_with_the_trainer()
    {
        using var served = Served.Train("""{"target":"target"}""", "diabetes", "diabetes.csv");

        var predictions = served.Output<float>("prediction");

        // A 32-bit float carries about seven digits: 1e-5 is meant relative to a prediction of some hundreds.
        for (var row = 0; row < served.Answers.Length; row++)
            Assert.Equal(1, predictions[row] / Number(served.Answers[row][^1]), 1e-5);
    }

    [Fact]
    public void A_missing_number_counts_as_the_mean_and_an_unknown_category_as_none()
    {
        using var served = Served.Train("""{"target":"class","features":["duration","purpose"]}""", "german_credit", "train.csv");
        var model = served.Trained.Model;
        var expected = LogisticRegression.Probability(model.Coefficients[^1]);

        var probabilities = served.Run("probabilities", [float.NaN], ["no such purpose"]);

        Assert.Equal(expected, MemoryMarshal.Cast<byte, float>(probabilities.Bytes)[1], 1e-6);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private sealed class Served : IDisposable
    {
        private readonly TemporaryFolder folder = new();
        private string[] columns = [];

        public required TrainedModel Trained { get; init; }

        public OnnxModel Model { get; private set; } = null!;

        /// <summary>The rows of predictions.csv.</summary>
        public string[][] Answers { get; private set; } = [];

        public static Served Train(string definition, string data, string file)
        {
            var ct = TestContext.Current.CancellationToken;
            var table = Table.Read([(file, SharedData.Path("tabular", data, file))], ct);
            var trained = TrainTabular.Run(table, TabularDefinition.Parse(JsonDocument.Parse(definition).RootElement, null), null, (_, _) => { }, ct);
            var served = new Served { Trained = trained };
            served.Load(table);
            return served;
        }

        public T[] Output<T>(string name)
            where T : struct
        {
            using var result = Run(name, null, null);
            return MemoryMarshal.Cast<byte, T>(result.Bytes).ToArray();
        }

        /// <summary>One output over the held-out rows, or over the given values of the only numeric and the only text column.</summary>
        public OnnxValue Run(string output, float[]? numbers, string[]? texts)
        {
            var inputs = Model.Signature.Inputs.Select(input =>
            {
                var column = Answers.Select(row => row[Array.IndexOf(columns, input.Name)]);
                return input.Element == ElementType.String
                    ? Texts(texts ?? [.. column])
                    : Numbers(numbers ?? [.. column.Select(text => float.Parse(text, CultureInfo.InvariantCulture))]);
            }).ToArray();
            var results = new OnnxValue[1];
            Model.Run(inputs, [Array.FindIndex(Model.Session.Outputs, o => o.Name == output)], results, null);
            foreach (var input in inputs) input.Dispose();
            return results[0];
        }

        public void Dispose()
        {
            Model.Dispose();
            folder.Dispose();
        }

        private void Load(Table table)
        {
            var path = Path.Combine(folder.Path, "model.onnx");
            File.WriteAllBytes(path, WriteOnnx.Of(Trained.Model));
            Assert.True(OnnxModel.Open(path).Succeeded(out var model, out var refusal), refusal?.Reason);
            Model = model;
            using var text = new StringWriter();
            WritePredictions.To(text, table, Trained);
            var lines = text.ToString().TrimEnd('\n').Split('\n').Select(line => line.Split(',')).ToArray();
            (columns, Answers) = (lines[0], lines[1..]);
        }

        private static OnnxValue Numbers(float[] values) => OnnxValue.Copy(ElementType.Float32, [values.Length, 1], MemoryMarshal.AsBytes(values.AsSpan()));

        private static OnnxValue Texts(string[] values)
        {
            var pieces = new (int Start, int Length)[values.Length];
            for (var (i, start) = (0, 0); i < values.Length; start += pieces[i++].Length)
                pieces[i] = (start, Encoding.UTF8.GetByteCount(values[i]));
            return OnnxValue.Strings([values.Length, 1], Encoding.UTF8.GetBytes(string.Concat(values)), pieces);
        }
    }
}
