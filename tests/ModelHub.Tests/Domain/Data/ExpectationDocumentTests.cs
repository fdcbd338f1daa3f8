using System.Text.Json;
using ModelHub.Database.Conventions;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Data;
using Xunit;

namespace ModelHub.Tests.Domain.Data;

public sealed class ExpectationDocumentTests
{
    private const string All = """
        {"rules": [
          {"rule": "present", "columns": ["age", "income"], "breach": "refuse"},
          {"rule": "type", "column": "age", "type": "integer", "breach": "refuse"},
          {"rule": "range", "column": "age", "min": 18, "max": 120, "breach": "flag"},
          {"rule": "period", "column": "opened", "from": "2020-01-01", "breach": "flag"},
          {"rule": "values", "column": "purpose", "values": ["car", "5", "true"], "breach": "refuse"},
          {"rule": "nulls", "column": "income", "maxShare": 0.05, "breach": "flag"},
          {"rule": "unique", "columns": ["customer", "month"], "breach": "refuse"},
          {"rule": "rows", "min": 100, "breach": "refuse"}]}
        """;

    [Fact]
    public void What_is_read_is_written_and_stored_as_the_same_rules()
    {
        var rules = Read(All).Value;

        using var asked = JsonDocument.Parse(All);
        Assert.True(JsonElement.DeepEquals(asked.RootElement, ExpectationDocument.Write(rules)));
        var stored = JsonSerializer.Deserialize<IReadOnlyList<Expectation>>(JsonSerializer.Serialize(rules, Json.Options), Json.Options)!;
        Assert.True(JsonElement.DeepEquals(asked.RootElement, ExpectationDocument.Write(stored)));
    }

    [Theory]
    [InlineData("""{"rules": 7}""", "expectations.rules", "a list")]
    [InlineData("""{"rules": [], "mode": "strict"}""", "expectations.mode", "supported are rules")]
    [InlineData("""{}""", "expectations.rules", "is needed")]
    [InlineData("""[]""", "expectations", "an object")]
    [InlineData("""{"rules": [{"rule": "regex", "breach": "flag"}]}""", "expectations.rules[0].rule", "present, type")]
    [InlineData("""{"rules": [{"rule": "rows", "min": 1}]}""", "expectations.rules[0].breach", "is needed")]
    [InlineData("""{"rules": [{"rule": "rows", "min": 1, "breach": "warn"}]}""", "expectations.rules[0].breach", "refuse or flag")]
    [InlineData("""{"rules": [{"rule": "rows", "breach": "flag"}]}""", "expectations.rules[0].min", "min, max or both")]
    [InlineData("""{"rules": [{"rule": "rows", "min": 1.5, "breach": "flag"}]}""", "expectations.rules[0].min", "a whole number")]
    [InlineData("""{"rules": [{"rule": "rows", "min": -1, "breach": "flag"}]}""", "expectations.rules[0].min", "0 or more")]
    [InlineData("""{"rules": [{"rule": "rows", "min": 5, "max": 4, "breach": "flag"}]}""", "expectations.rules[0].max", "no less than min")]
    [InlineData("""{"rules": [{"rule": "range", "column": "x", "breach": "flag"}]}""", "expectations.rules[0].min", "min, max or both")]
    [InlineData("""{"rules": [{"rule": "range", "column": "x", "min": "a", "breach": "flag"}]}""", "expectations.rules[0].min", "a finite number")]
    [InlineData("""{"rules": [{"rule": "range", "column": "x", "minimum": 1, "breach": "flag"}]}""", "expectations.rules[0].minimum", "not supported")]
    [InlineData("""{"rules": [{"rule": "range", "column": "", "min": 1, "breach": "flag"}]}""", "expectations.rules[0].column", "1 to 200 characters")]
    [InlineData("""{"rules": [{"rule": "type", "column": "x", "type": "string", "breach": "flag"}]}""", "expectations.rules[0].type", "one of integer, number")]
    [InlineData("""{"rules": [{"rule": "period", "column": "x", "from": "1.2.2024", "breach": "flag"}]}""", "expectations.rules[0].from", "2026-01-31")]
    [InlineData("""{"rules": [{"rule": "period", "column": "x", "from": "2024-02-30", "breach": "flag"}]}""", "expectations.rules[0].from", "2026-01-31")]
    [InlineData("""{"rules": [{"rule": "period", "column": "x", "from": "2024-02-02", "to": "2024-02-01", "breach": "flag"}]}""", "expectations.rules[0].to", "no earlier than from")]
    [InlineData("""{"rules": [{"rule": "nulls", "column": "x", "maxShare": 1, "breach": "flag"}]}""", "expectations.rules[0].maxShare", "below 1")]
    [InlineData("""{"rules": [{"rule": "values", "column": "x", "values": [], "breach": "flag"}]}""", "expectations.rules[0].values", "1 to 1000 values")]
    [InlineData("""{"rules": [{"rule": "values", "column": "x", "values": [[1]], "breach": "flag"}]}""", "expectations.rules[0].values", "a list of texts")]
    [InlineData("""{"rules": [{"rule": "unique", "columns": [1], "breach": "flag"}]}""", "expectations.rules[0].columns", "a list of texts")]
    [InlineData("""{"rules": [{"rule": "unique", "columns": ["a", "A"], "breach": "flag"}]}""", "expectations.rules[0].columns", "each column once")]
    public void What_cannot_be_meant_is_refused_by_its_place(string document, string field, string limit)
    {
        var refusal = Assert.IsType<InvalidInput>(Read(document).Refusal);

        Assert.Equal(field, refusal.Field);
        Assert.Contains(limit, refusal.Limit, StringComparison.Ordinal);
    }

    [Fact]
    public void There_is_an_end_to_rules_keys_and_characters()
    {
        string Many(int count, string rule) => $$"""{"rules": [{{string.Join(",", Enumerable.Repeat(rule, count))}}]}""";

        Assert.Contains("at most 200 rules", Read(Many(201, """{"rule":"rows","min":1,"breach":"flag"}""")).Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("at most 10 rules", Read(Many(11, """{"rule":"unique","columns":["a"],"breach":"flag"}""")).Refusal!.Message, StringComparison.Ordinal);
        Assert.Contains("at most 65536 characters", Read($$"""{"rules": [], "more": "{{new string('x', 65_536)}}"}""").Refusal!.Message, StringComparison.Ordinal);
    }

    private static Result<IReadOnlyList<Expectation>> Read(string document)
    {
        using var json = JsonDocument.Parse(document);
        return ExpectationDocument.Read(json.RootElement);
    }
}
