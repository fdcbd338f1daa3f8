using System.Globalization;
using ModelHub.Domain.Data;
using ModelHub.Worker.Data.DuckDb;

namespace ModelHub.Worker.Data;

/// <summary>How a rule is tested in the data at hand.</summary>
internal abstract record ExpectationTest
{
    /// <summary>Schema and row count tell it.</summary>
    public sealed record Settled(bool Held, string Says) : ExpectationTest;

    /// <param name="Broken">SQL that is true for a row that breaks it.</param>
    /// <param name="AllowedShare">So many of the rows, 0 to 1, may.</param>
    /// <param name="Says">Of the number of rows that do.</param>
    public sealed record OfRows(string Broken, Func<long, string> Says, double AllowedShare = 0) : ExpectationTest;

    public sealed record OfKey(IReadOnlyList<ProfiledColumn> Key) : ExpectationTest
    {
        /// <summary>SQL for every value of the key that comes more than once, with its count n.</summary>
        public string Repeated(string from, string more = "")
        {
            var values = string.Join(", ", Key.Select(column => $"({column.Value})"));
            return $"SELECT count(*) AS n{more} FROM {from} WHERE {string.Join(" AND ", Key.Select(column => $"({column.Value}) IS NOT NULL"))} GROUP BY {values} HAVING count(*) > 1";
        }
    }

    public static ExpectationTest Of(Expectation rule, IReadOnlyList<ProfiledColumn> columns, long rows)
    {
        var found = rule.About.Select(name => columns.FirstOrDefault(column => string.Equals(column.Name, name, StringComparison.Ordinal))).ToList();
        var missing = rule.About.Where((_, i) => found[i] is null).ToList();
        if (missing.Count > 0) return new Settled(false, $"{string.Join(", ", missing)}: there is no such column");
        return rule switch
        {
            Expectation.Present => new Settled(true, $"{string.Join(", ", rule.About)}: there"),
            Expectation.Rows r => OfCount(r, rows),
            Expectation.Unique => new OfKey([.. found.Select(column => column!)]),
            _ => Of(rule, found[0]!, rows),
        };
    }

    private static ExpectationTest Of(Expectation rule, ProfiledColumn column, long rows) => rule switch
    {
        Expectation.OfType r => new Settled(column.Type == r.Type || (r.Type == "number" && column.Type == "integer"), $"{column.Name}: {column.Type} where {r.Type} is expected"),
        Expectation.Range r when !column.IsNumeric => new Settled(false, $"{column.Name}: {column.Type}, so it has no range of numbers"),
        Expectation.Range r => new OfRows(Outside(column.Value, r), n => Tell(column, n, rows, $"outside {Ends(Invariant(r.Min), Invariant(r.Max))}")),
        Expectation.Period r when column.Type is not ("date" or "timestamp") => new Settled(false, $"{column.Name}: {column.Type}, so it has no days or moments"),
        Expectation.Period r => new OfRows(Outside(column.Value, r), n => Tell(column, n, rows, $"outside {Ends(r.From, r.To)}")),
        Expectation.Values r => new OfRows(Other(column, r), n => Tell(column, n, rows, $"none of the {r.Allowed.Count} values allowed")),
        Expectation.Nulls r => new OfRows($"({column.Value}) IS NULL", n => Tell(column, n, rows, $"missing, at most a share of {Invariant(r.MaxShare)} is expected"), r.MaxShare),
        _ => throw new InvalidOperationException($"{rule.Kind} is no rule of one column."),
    };

    private static Settled OfCount(Expectation.Rows rule, long rows)
    {
        var ends = Ends(rule.Min?.ToString(CultureInfo.InvariantCulture), rule.Max?.ToString(CultureInfo.InvariantCulture));
        return new(!(rows < rule.Min) && !(rows > rule.Max), $"{rows} rows where {ends} are expected");
    }

    private static string Outside(string value, Expectation.Range rule) => Either(
        rule.Min is { } min ? $"({value}) < ({Invariant(min)})::DOUBLE" : null,
        rule.Max is { } max ? $"({value}) > ({Invariant(max)})::DOUBLE" : null);

    private static string Outside(string value, Expectation.Period rule) => Either(
        rule.From is { } from ? $"({value})::TIMESTAMP < {Moment(Moments.Read(from)!.Value)}" : null,
        rule.To is not { } to ? null
        : Moments.IsDay(to) ? $"({value})::TIMESTAMP >= {Moment(Moments.Read(to)!.Value.AddDays(1))}"
        : $"({value})::TIMESTAMP > {Moment(Moments.Read(to)!.Value)}");

    private static string Other(ProfiledColumn column, Expectation.Values rule)
    {
        var asNumbers = column.IsNumeric && rule.Allowed.All(value => double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out _));
        return asNumbers
            ? $"({column.Value})::DOUBLE NOT IN ({string.Join(", ", rule.Allowed.Select(value => $"({Invariant(double.Parse(value, CultureInfo.InvariantCulture))})::DOUBLE"))})"
            : $"({column.Value})::VARCHAR NOT IN ({string.Join(", ", rule.Allowed.Select(DuckDbSession.Quote))})";
    }

    private static string Tell(ProfiledColumn column, long breaches, long rows, string what) => $"{column.Name}: {breaches} of {rows} rows are {what}";

    private static string Either(string? one, string? other) => string.Join(" OR ", new[] { one, other }.OfType<string>());

    private static string Ends(string? least, string? most) => most is null ? $"{least} or more" : least is null ? $"{most} or less" : $"{least} to {most}";

    private static string Moment(DateTime moment) => $"TIMESTAMP '{moment.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture)}'";

    private static string? Invariant(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);
}
