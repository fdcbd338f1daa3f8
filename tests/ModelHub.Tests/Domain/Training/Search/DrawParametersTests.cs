using System.Text.Json;
using ModelHub.Domain.Training.Search;
using Xunit;

namespace ModelHub.Tests.Domain.Training.Search;

public sealed class DrawParametersTests
{
    private const string All = """
        {"target": "y", "search": {"metric": "auc", "seed": 7, "parameters": {
          "even": {"min": -2, "max": 3}, "log": {"min": 1e-4, "max": 1, "scale": "log"}, "count": {"min": 2, "max": 4, "type": "int"},
          "depth": {"min": 1, "max": 1000, "type": "int", "scale": "log"}, "kind": {"choices": ["a", ["b", 1], null, true]}}}}
        """;

    private static readonly SearchRule rule = Read(All);

    [Fact]
    public void Every_value_lies_in_its_range_and_every_part_of_it_is_drawn()
    {
        var drawn = Enumerable.Range(1, 4_000).Select(number => JsonSerializer.Deserialize<JsonElement>(DrawParameters.Of(rule, number))).ToList();

        double[] Of(string name) => [.. drawn.Select(d => d.GetProperty(name).GetDouble())];
        Assert.All(Of("even"), v => Assert.InRange(v, -2, 3));
        Assert.InRange(Of("even").Average(), 0.4, 0.6);
        Assert.All(Of("log"), v => Assert.InRange(v, 1e-4, 1));
        // Half of four decades lies below 0.01.
        Assert.InRange(Of("log").Count(v => v < 0.01) / 4_000.0, 0.47, 0.53);
        Assert.Equal([2.0, 3.0, 4.0], Of("count").Distinct().Order());
        Assert.All(Of("count").GroupBy(v => v), g => Assert.InRange(g.Count() / 4_000.0, 0.30, 0.37));
        Assert.All(Of("depth"), v => Assert.True(v is >= 1 and <= 1000 && v == Math.Floor(v)));
        Assert.Equal(["\"a\"", "[\"b\",1]", "null", "true"], drawn.Select(d => d.GetProperty("kind").GetRawText()).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void The_seed_and_the_number_give_the_same_settings_again_and_others_give_others()
    {
        Assert.Equal(DrawParameters.Of(rule, 5), DrawParameters.Of(rule, 5));
        Assert.NotEqual(DrawParameters.Of(rule, 5), DrawParameters.Of(rule, 6));
        Assert.NotEqual(DrawParameters.Of(rule, 5), DrawParameters.Of(rule with { Seed = 8 }, 5));
    }

    [Fact]
    public void A_trial_has_the_definition_with_its_settings_and_no_search()
    {
        var laid = DrawParameters.Over(JsonSerializer.Deserialize<JsonElement>("""{"target":"y","lambda":1,"search":{}}"""), """{"lambda":0.5}""");

        Assert.Equal("""{"target":"y","lambda":0.5}""", laid.GetRawText());
    }

    [Theory]
    [InlineData("""{"parameters":{"lambda":{"min":1,"max":2}}}""", "metric")]
    [InlineData("""{"metric":"auc"}""", "parameters")]
    [InlineData("""{"metric":"auc","parameters":{}}""", "1 to 20")]
    [InlineData("""{"metric":"auc","parameters":{"target":{"choices":["a"]}}}""", "\"target\" cannot be searched")]
    [InlineData("""{"metric":"auc","parameters":{"command":{"choices":["a"]}}}""", "\"command\" cannot be searched")]
    [InlineData("""{"metric":"auc","parameters":{"lambda":{"min":2,"max":1}}}""", "above min")]
    [InlineData("""{"metric":"auc","parameters":{"lambda":{"min":0,"max":1,"scale":"log"}}}""", "above 0")]
    [InlineData("""{"metric":"auc","parameters":{"lambda":{"min":0.5,"max":2,"type":"int"}}}""", "whole numbers")]
    [InlineData("""{"metric":"auc","parameters":{"lambda":{"min":1,"max":2,"step":1}}}""", "step")]
    [InlineData("""{"metric":"auc","parameters":{"lambda":{"choices":[]}}}""", "1 to 100")]
    [InlineData("""{"metric":"auc","trials":201,"parameters":{"lambda":{"min":1,"max":2}}}""", "1 to 200")]
    [InlineData("""{"metric":"auc","parallel":5,"parameters":{"lambda":{"min":1,"max":2}}}""", "1 to 4")]
    [InlineData("""{"metric":"profit","parameters":{"lambda":{"min":1,"max":2}}}""", "maximise or minimise")]
    [InlineData("""{"metric":"auc","pruner":"none","parameters":{"lambda":{"min":1,"max":2}}}""", "pruner")]
    public void What_cannot_be_searched_is_refused_with_its_field(string search, string says)
    {
        var refusal = SearchDocument.Read($$"""{"target":"y","search":{{search}}}""", out _);

        Assert.Contains(says, refusal!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_definition_without_a_search_has_none()
    {
        Assert.Null(SearchDocument.Read("""{"target":"y"}""", out var none));
        Assert.Null(none);
    }

    private static SearchRule Read(string definition)
    {
        Assert.Null(SearchDocument.Read(definition, out var read));
        return read!;
    }
}
