using System.Text.Json;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data;
using ModelHub.Worker.Data.DuckDb;
using Xunit;

namespace ModelHub.Tests.Worker.Data;

public sealed class JudgeExpectationsTests
{
    private const string Table =
        """
        id,age,income,purpose,opened,score
        1,20,100.5,car,2024-01-31,1
        2,17,200,house,2024-02-01,2
        3,130,,boat,2024-02-29,2
        3,40,50,,2023-12-31,nan
        4,41,75,car,,1
        """;

    public JudgeExpectationsTests() => DuckDbLibrary.Use(null);

    [Theory]
    [InlineData("""{"rule": "present", "columns": ["id", "age"]}""", true, 0, "id, age: there")]
    [InlineData("""{"rule": "present", "columns": ["id", "height", "Age"]}""", false, 0, "height, Age: there is no such column")]
    [InlineData("""{"rule": "type", "column": "age", "type": "integer"}""", true, 0, "age: integer where integer is expected")]
    [InlineData("""{"rule": "type", "column": "age", "type": "number"}""", true, 0, "age: integer where number is expected")]
    [InlineData("""{"rule": "type", "column": "income", "type": "integer"}""", false, 0, "income: number where integer is expected")]
    [InlineData("""{"rule": "range", "column": "age", "min": 18, "max": 120}""", false, 2, "age: 2 of 5 rows are outside 18 to 120")]
    [InlineData("""{"rule": "range", "column": "age", "min": 17, "max": 130}""", true, 0, "age: 0 of 5 rows are outside 17 to 130")]
    [InlineData("""{"rule": "range", "column": "income", "max": 100}""", false, 2, "income: 2 of 5 rows are outside 100 or less")]
    [InlineData("""{"rule": "range", "column": "purpose", "max": 100}""", false, 0, "purpose: text, so it has no range of numbers")]
    [InlineData("""{"rule": "period", "column": "opened", "from": "2024-01-01", "to": "2024-02-29"}""", false, 1, "opened: 1 of 5 rows are outside 2024-01-01 to 2024-02-29")]
    [InlineData("""{"rule": "period", "column": "opened", "to": "2024-01-31T00:00:00"}""", false, 2, "opened: 2 of 5 rows are outside 2024-01-31T00:00:00 or less")]
    [InlineData("""{"rule": "period", "column": "age", "from": "2024-01-01"}""", false, 0, "age: integer, so it has no days or moments")]
    [InlineData("""{"rule": "values", "column": "purpose", "values": ["car", "house"]}""", false, 1, "purpose: 1 of 5 rows are none of the 2 values allowed")]
    [InlineData("""{"rule": "values", "column": "score", "values": [1, "2.0"]}""", true, 0, "score: 0 of 5 rows are none of the 2 values allowed")]
    [InlineData("""{"rule": "nulls", "column": "income", "maxShare": 0.2}""", true, 1, "income: 1 of 5 rows are missing, at most a share of 0.2 is expected")]
    [InlineData("""{"rule": "nulls", "column": "score", "maxShare": 0.19}""", false, 1, "score: 1 of 5 rows are missing, at most a share of 0.19 is expected")]
    [InlineData("""{"rule": "unique", "columns": ["id"]}""", false, 1, "id: 1 of 5 rows repeat the values of an earlier one")]
    [InlineData("""{"rule": "unique", "columns": ["id", "age"]}""", true, 0, "id, age: no value comes twice")]
    [InlineData("""{"rule": "unique", "columns": ["purpose", "score"]}""", false, 1, "purpose, score: 1 of 5 rows repeat the values of an earlier one")]
    [InlineData("""{"rule": "rows", "min": 5, "max": 5}""", true, 0, "5 rows where 5 to 5 are expected")]
    [InlineData("""{"rule": "rows", "min": 6}""", false, 0, "5 rows where 6 or more are expected")]
    public void Each_kind_of_rule_says_whether_it_holds_and_how_many_rows_break_it(string rule, bool held, long breaches, string says)
    {
        using var folder = new TemporaryFolder();

        foreach (var name in new[] { "rows.csv", "rows.parquet" })
        {
            var outcome = Outcomes(folder, name, rule).Single();
            Assert.Equal((held, breaches, says), (outcome.Held, outcome.Breaches, outcome.Says));
            Assert.Equal(!held && breaches > 0, outcome.Examples.Count > 0);
        }
    }

    [Theory]
    [InlineData("rows.csv")]
    [InlineData("rows.parquet")]
    public void Examples_are_the_first_rows_that_break_a_rule_with_their_numbers(string name)
    {
        using var folder = new TemporaryFolder();

        var outcomes = Outcomes(folder, name, """{"rule": "range", "column": "age", "max": 40}""", """{"rule": "unique", "columns": ["purpose"]}""");

        var ofRange = outcomes[0].Examples;
        Assert.Equal([3L, 5L], ofRange.Select(row => row.Row!.Value));
        Assert.Equal([new("age", "130"), new("id", "3"), new("income", null), new("purpose", "boat"), new("opened", "2024-02-29"), new("score", "2.0")], ofRange[0].Cells);
        var ofKey = Assert.Single(outcomes[1].Examples);
        Assert.Equal((1, 2, new ExampleCell("purpose", "car")), (ofKey.Row, ofKey.Count, ofKey.Cells.Single()));
    }

    [Fact]
    public void Of_many_rows_that_break_a_rule_few_are_shown()
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("many.jsonl", string.Concat(Enumerable.Range(0, 1_000).Select(i => $$"""{"x":{{i}},"t":"{{new string('t', 300)}}"}""" + "\n")));

        var outcome = Run([("many.jsonl", path)], [new Expectation.Range("x", null, -1, Breach.Flag)]).Single();

        Assert.Equal((1_000, ExpectationOutcome.MostExamples), (outcome.Breaches, outcome.Examples.Count));
        Assert.All(outcome.Examples, row => Assert.Equal(200, row.Cells[1].Value!.Length));
    }

    private static IReadOnlyList<ExpectationOutcome> Outcomes(TemporaryFolder folder, string name, params string[] rules)
    {
        var csv = folder.File("table.csv", Table);
        var path = Path.Combine(folder.Path, name);
        if (name.EndsWith(".csv", StringComparison.Ordinal))
            File.Copy(csv, path, overwrite: true);
        else
        {
            using var scratch = new TemporaryFolder();
            using var session = new DuckDbSession([csv, path], scratch.Path);
            session.Execute($"COPY (FROM read_csv({DuckDbSession.Quote(csv)})) TO {DuckDbSession.Quote(path)} (FORMAT parquet)");
        }
        using var document = JsonDocument.Parse($$"""{"rules": [{{string.Join(", ", rules.Select(rule => rule.Insert(rule.Length - 1, ", \"breach\": \"flag\"")))}}]}""");
        return Run([(name, path)], ExpectationDocument.Read(document.RootElement).Value);
    }

    private static IReadOnlyList<ExpectationOutcome> Run(IReadOnlyList<(string, string)> files, IReadOnlyList<Expectation> rules)
    {
        using var scratch = new TemporaryFolder();
        return ProfileFiles.Run(files, scratch.Path, rules, (_, _) => { }, TestContext.Current.CancellationToken).Outcomes;
    }
}
