using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>
/// The outcome of every rule. What the profile tells already costs nothing; all rules that single rows can break are counted by
/// one statement, each key by one more, and a few statements that end early fetch the examples.
/// </summary>
internal sealed class JudgeExpectations(DuckDbSession session, DataTable table, IReadOnlyList<ProfiledColumn> columns, long rows)
{
    private readonly BreachExamples examples = new(session, table, columns);

    public IReadOnlyList<ExpectationOutcome> Of(IReadOnlyList<Expectation> rules)
    {
        var tests = rules.Select(rule => ExpectationTest.Of(rule, columns, rows)).ToList();
        var counts = new Queue<long>(Count([.. tests.OfType<ExpectationTest.OfRows>()]));
        return [.. rules.Zip(tests, (rule, test) => Outcome(rule, test, counts))];
    }

    private ExpectationOutcome Outcome(Expectation rule, ExpectationTest test, Queue<long> counts) => test switch
    {
        ExpectationTest.Settled settled => Outcome(rule, settled.Held, 0, settled.Says, []),
        ExpectationTest.OfRows ofRows => OfRows(rule, ofRows, counts.Dequeue()),
        ExpectationTest.OfKey ofKey => OfKey(rule, ofKey),
        _ => throw new InvalidOperationException($"{test} is no test."),
    };

    private ExpectationOutcome OfRows(Expectation rule, ExpectationTest.OfRows test, long breaches)
    {
        var held = breaches == 0 || (double)breaches / rows <= test.AllowedShare;
        return Outcome(rule, held, breaches, test.Says(breaches), held ? [] : examples.OfRows(rule.About, test.Broken));
    }

    private ExpectationOutcome OfKey(Expectation rule, ExpectationTest.OfKey test)
    {
        var breaches = Number(session.Rows($"SELECT coalesce(sum(n - 1), 0) FROM ({test.Repeated(table.Name)})")[0][0]);
        var key = string.Join(", ", rule.About);
        var says = breaches == 0 ? $"{key}: no value comes twice" : $"{key}: {breaches} of {rows} rows repeat the values of an earlier one";
        return Outcome(rule, breaches == 0, breaches, says, breaches == 0 ? [] : examples.OfKey(test.Key));
    }

    private static ExpectationOutcome Outcome(Expectation rule, bool held, long breaches, string says, IReadOnlyList<ExampleRow> examples) =>
        new(rule.Kind, rule.About, rule.Breach, held, breaches, says, examples);

    private IEnumerable<long> Count(IReadOnlyList<ExpectationTest.OfRows> tests) => tests.Count == 0 ? []
        : session.Rows($"SELECT {string.Join(", ", tests.Select((test, i) => $"count(*) FILTER (WHERE {test.Broken}) AS n{i}"))} FROM {table.Name}")[0].Select(Number);

    private static long Number(string? text) => long.Parse(text!, CultureInfo.InvariantCulture);
}
