using System.Text.Json;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

/// <summary>
/// The expectations of a dataset as people write them:
/// <code>{"rules": [{"rule": "range", "column": "age", "min": 18, "max": 120, "breach": "refuse"},
/// {"rule": "nulls", "column": "income", "maxShare": 0.05, "breach": "flag"}]}</code>
/// Whatever is not known is refused by name; nothing is ignored.
/// </summary>
public static class ExpectationDocument
{
    public const int MostCharacters = 64 * 1024;

    public static Result<IReadOnlyList<Expectation>> Read(JsonElement json, string field = "expectations")
    {
        if (json.GetRawText().Length > MostCharacters)
            return new InvalidInput(field, $"at most {MostCharacters} characters");
        var fields = new StrictFields(json, field);
        var rules = fields.List("rules").Select((rule, i) => ReadRule(rule, $"{field}.rules[{i}]", fields)).ToList();
        if (fields.End() is { } refusal)
            return refusal;
        List<Expectation> known = [.. rules.Select(rule => rule!)];
        return Expectation.Check(known, $"{field}.rules") is { } unfit ? unfit : known;
    }

    /// <summary>The document that <see cref="Read"/> makes the same rules of.</summary>
    public static JsonElement Write(IReadOnlyList<Expectation> rules) => JsonSerializer.SerializeToElement(new Dictionary<string, object>
    {
        ["rules"] = rules.Select(rule => Write(rule).Append(new("breach", rule.Breach == Breach.Refuse ? "refuse" : "flag"))
            .Prepend(new("rule", rule.Kind)).Where(field => field.Value is not null).ToDictionary(field => field.Key, field => field.Value)).ToArray(),
    });

    private static Expectation? ReadRule(JsonElement json, string path, StrictFields whole)
    {
        var fields = new StrictFields(json, path);
        var kind = fields.Text("rule", needed: true);
        var breach = ReadBreach(fields);
        Expectation? rule = kind switch
        {
            "present" => new Expectation.Present(fields.Texts("columns"), breach),
            "type" => new Expectation.OfType(fields.Text("column", needed: true), fields.Text("type", needed: true), breach),
            "range" => new Expectation.Range(fields.Text("column", needed: true), fields.Number("min"), fields.Number("max"), breach),
            "period" => new Expectation.Period(fields.Text("column", needed: true), Given(fields.Text("from")), Given(fields.Text("to")), breach),
            "values" => new Expectation.Values(fields.Text("column", needed: true), fields.Texts("values", scalars: true), breach),
            "nulls" => new Expectation.Nulls(fields.Text("column", needed: true), fields.Number("maxShare", needed: true) ?? 0, breach),
            "unique" => new Expectation.Unique(fields.Texts("columns"), breach),
            "rows" => new Expectation.Rows(fields.Count("min"), fields.Count("max"), breach),
            _ => null,
        };
        if (rule is null)
            fields.Refuse("rule", "present, type, range, period, values, nulls, unique or rows");
        whole.Take(fields.End());
        return rule;
    }

    private static Breach ReadBreach(StrictFields fields)
    {
        switch (fields.Text("breach", needed: true))
        {
            case "refuse":
                return Breach.Refuse;
            case "flag":
                return Breach.Flag;
            default:
                fields.Refuse("breach", "refuse or flag");
                return Breach.Flag;
        }
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static IEnumerable<KeyValuePair<string, object?>> Write(Expectation rule) => rule switch
    {
        Expectation.Present r => [new("columns", r.Columns)],
        Expectation.OfType r => [new("column", r.Column), new("type", r.Type)],
        Expectation.Range r => [new("column", r.Column), new("min", r.Min), new("max", r.Max)],
        Expectation.Period r => [new("column", r.Column), new("from", r.From), new("to", r.To)],
        Expectation.Values r => [new("column", r.Column), new("values", r.Allowed)],
        Expectation.Nulls r => [new("column", r.Column), new("maxShare", r.MaxShare)],
        Expectation.Unique r => [new("columns", r.Columns)],
        Expectation.Rows r => [new("min", r.Min), new("max", r.Max)],
        _ => throw new ArgumentOutOfRangeException(nameof(rule)),
    };
}
