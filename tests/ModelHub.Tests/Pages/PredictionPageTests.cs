using System.Text.Json;
using ModelHub.Console.Predictions;
using Xunit;

namespace ModelHub.Tests.Pages;

public sealed class PredictionPageTests
{
    [Fact]
    public void A_row_is_told_by_its_names_with_labelled_numbers_in_brackets()
    {
        var rows = JsonSerializer.Deserialize<JsonElement>("""[{"age": 41, "purpose": "car"}, {"label": 0, "p": {"0": 0.94612, "1": 0.05388}, "x": [1, 2.5]}]""");

        Assert.Equal("age 41, purpose car", PredictionRow.Words(rows, 0));
        Assert.Equal("label 0, p (0: 0.9461, 1: 0.0539), x [1, 2.5]", PredictionRow.Words(rows, 1));
        Assert.Null(PredictionRow.Words(rows, 2));
        Assert.Null(PredictionRow.Words(null, 0));
    }

    [Fact]
    public void Only_what_the_labels_can_say_is_a_figure()
    {
        var report = new QualityReport("REGRESSION", 100, 40, null, null, null, null, null, null, null, null, null, 1.5, 2, 0.8);

        Assert.Equal([("Mean absolute error", "less", 1.5), ("RMSE", "less", 2), ("R²", "more", 0.8)], report.Figures);
    }

    [Theory]
    [InlineData("PT1M", "1 minute")]
    [InlineData("PT6H", "6 hours")]
    [InlineData("P7D", "7 days")]
    public void A_span_is_read_as_the_api_writes_it_and_told_in_words(string span, string words)
    {
        var point = JsonSerializer.Deserialize<MaturityPoint>($$"""{"After": "{{span}}", "Predictions": 10, "Labelled": 5, "Share": 0.5}""")!;

        Assert.Equal(words, point.Words);
    }
}
