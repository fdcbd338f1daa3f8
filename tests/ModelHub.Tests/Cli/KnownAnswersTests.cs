using System.Text;
using System.Text.Json.Nodes;
using ModelHub.Cli;
using ModelHub.Cli.Demo;
using Xunit;

namespace ModelHub.Tests.Cli;

public sealed class KnownAnswersTests
{
    private static readonly Dictionary<string, string> inputs = new() { ["income"] = "FP32", ["purpose"] = "BYTES" };

    [Fact]
    public void A_row_of_predictions_becomes_a_V2_request_with_missing_numbers_as_NaN()
    {
        const string csv = "income,purpose,modelhub.label,modelhub.probability.0,modelhub.probability.1\n2800,car,0,0.9,0.1\n,,1,0.25,0.75\n";

        var answers = KnownAnswers.Read(csv, inputs);

        Assert.Equal([0.1, 0.75], answers.Select(answer => answer.Probability));
        Assert.Equal(
            """{"inputs":[{"name":"income","datatype":"FP32","shape":[1,1],"data":[2800]},{"name":"purpose","datatype":"BYTES","shape":[1,1],"data":["car"]}]}""",
            Encoding.UTF8.GetString(answers[0].Request));
        var second = JsonNode.Parse(answers[1].Request)!["inputs"]!.AsArray();
        Assert.Equal("NaN", (string?)second[0]!["data"]![0]);
        Assert.Equal("", (string?)second[1]!["data"]![0]);
    }

    [Fact]
    public void Predictions_of_another_model_are_refused()
    {
        const string csv = "age,modelhub.label,modelhub.probability.0,modelhub.probability.1\n44,0,0.9,0.1\n";

        Assert.Throws<BrokenWorldException>(() => KnownAnswers.Read(csv, inputs));
    }

    [Fact]
    public void The_probability_and_the_version_are_read_from_an_answer()
    {
        const string body = """{"model_name":"m","model_version":"7","outputs":[{"name":"label","datatype":"INT64","shape":[1],"data":[0]},{"name":"probabilities","datatype":"FP32","shape":[1,2],"data":[0.8,0.2]}]}""";

        Assert.Equal((0.2, "7"), KnownAnswers.ReadAnswer(Encoding.UTF8.GetBytes(body)));
    }
}
