using System.Text.Json.Serialization;
using ModelHub.Domain.Basics;

namespace ModelHub.Domain.Data;

/// <summary>What becomes of a data version that does not keep to a rule.</summary>
public enum Breach
{
    /// <summary>It becomes ready, with the finding.</summary>
    Flag,

    /// <summary>It fails.</summary>
    Refuse,
}

/// <summary>A rule that the versions of a dataset shall keep to. Missing values break no rule but those about missing values.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "rule")]
[JsonDerivedType(typeof(Present), "present")]
[JsonDerivedType(typeof(OfType), "type")]
[JsonDerivedType(typeof(Range), "range")]
[JsonDerivedType(typeof(Period), "period")]
[JsonDerivedType(typeof(Values), "values")]
[JsonDerivedType(typeof(Nulls), "nulls")]
[JsonDerivedType(typeof(Unique), "unique")]
[JsonDerivedType(typeof(Rows), "rows")]
public abstract record Expectation(Breach Breach)
{
    public const int MostRules = 200;
    public const int MostKeys = 10;
    public const int MostColumns = 200;
    public const int MostValues = 1_000;
    public const int MostText = 200;

    /// <summary>The types that a profile tells.</summary>
    public static readonly IReadOnlyList<string> Types = ["integer", "number", "boolean", "date", "timestamp", "time", "text"];

    /// <summary>The word for it in documents.</summary>
    [JsonIgnore]
    public abstract string Kind { get; }

    /// <summary>The columns it is about.</summary>
    [JsonIgnore]
    public abstract IReadOnlyList<string> About { get; }

    public abstract Refusal? Check(string field);

    public static Refusal? Check(IReadOnlyList<Expectation> rules, string field)
    {
        if (rules.Count > MostRules)
            return new InvalidInput(field, $"at most {MostRules} rules");
        if (rules.OfType<Unique>().Count() > MostKeys)
            return new InvalidInput(field, $"at most {MostKeys} rules of the kind unique, each of which sorts all rows");
        return rules.Select((rule, i) => rule.CheckColumns($"{field}[{i}]") ?? rule.Check($"{field}[{i}]")).FirstOrDefault(refusal => refusal is not null);
    }

    private InvalidInput? CheckColumns(string field)
    {
        var name = this is Present or Unique ? "columns" : "column";
        if (About.Any(column => column.Length is 0 or > MostText))
            return new InvalidInput($"{field}.{name}", $"1 to {MostText} characters");
        return About.Distinct(StringComparer.OrdinalIgnoreCase).Count() == About.Count ? null : new InvalidInput($"{field}.{name}", "each column once");
    }

    /// <summary>The columns are there.</summary>
    public sealed record Present(IReadOnlyList<string> Columns, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "present";

        public override IReadOnlyList<string> About => Columns;

        public override Refusal? Check(string field) =>
            Columns.Count is >= 1 and <= MostColumns ? null : new InvalidInput($"{field}.columns", $"1 to {MostColumns} columns");
    }

    /// <summary>The column has this type; an integer is a number too.</summary>
    public sealed record OfType(string Column, string Type, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "type";

        public override IReadOnlyList<string> About => [Column];

        public override Refusal? Check(string field) =>
            Types.Contains(Type) ? null : new InvalidInput($"{field}.type", $"one of {string.Join(", ", Types)}");
    }

    /// <summary>Its numbers lie between the ends, which are allowed.</summary>
    public sealed record Range(string Column, double? Min, double? Max, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "range";

        public override IReadOnlyList<string> About => [Column];

        public override Refusal? Check(string field) => (Min, Max) switch
        {
            (null, null) => new InvalidInput($"{field}.min", "min, max or both"),
            _ => Min > Max ? new InvalidInput($"{field}.max", "no less than min") : null,
        };
    }

    /// <summary>Its days or moments lie between the ends, which are allowed; as ISO 8601 writes them. A day as the end is the whole day.</summary>
    public sealed record Period(string Column, string? From, string? To, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "period";

        public override IReadOnlyList<string> About => [Column];

        public override Refusal? Check(string field)
        {
            if (From is null && To is null)
                return new InvalidInput($"{field}.from", "from, to or both");
            if (From is not null && Moments.Read(From) is null)
                return new InvalidInput($"{field}.from", Moments.Form);
            if (To is not null && Moments.Read(To) is null)
                return new InvalidInput($"{field}.to", Moments.Form);
            return From is not null && To is not null && Moments.Read(From) > Moments.Read(To) ? new InvalidInput($"{field}.to", "no earlier than from") : null;
        }
    }

    /// <summary>It takes no other values than these, as text writes them; of numbers the values count and not how they are written.</summary>
    public sealed record Values(string Column, IReadOnlyList<string> Allowed, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "values";

        public override IReadOnlyList<string> About => [Column];

        public override Refusal? Check(string field) =>
            Allowed.Count is >= 1 and <= MostValues && Allowed.All(value => value.Length <= MostText && !value.Contains('\0', StringComparison.Ordinal))
                ? null
                : new InvalidInput($"{field}.values", $"1 to {MostValues} values of at most {MostText} characters");
    }

    /// <summary>At most this share of the rows, 0 to 1, has no value.</summary>
    public sealed record Nulls(string Column, double MaxShare, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "nulls";

        public override IReadOnlyList<string> About => [Column];

        public override Refusal? Check(string field) => MaxShare is >= 0 and < 1 ? null : new InvalidInput($"{field}.maxShare", "0 or more, below 1");
    }

    /// <summary>No two rows have the same values in all of these columns. Rows that lack one of them are not compared.</summary>
    public sealed record Unique(IReadOnlyList<string> Columns, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "unique";

        public override IReadOnlyList<string> About => Columns;

        public override Refusal? Check(string field) =>
            Columns.Count is >= 1 and <= MostKeys ? null : new InvalidInput($"{field}.columns", $"1 to {MostKeys} columns");
    }

    /// <summary>So many rows, the ends included.</summary>
    public sealed record Rows(long? Min, long? Max, Breach Breach) : Expectation(Breach)
    {
        public override string Kind => "rows";

        public override IReadOnlyList<string> About => [];

        public override Refusal? Check(string field) => (Min, Max) switch
        {
            (null, null) => new InvalidInput($"{field}.min", "min, max or both"),
            _ when Min < 0 || Max < 0 => new InvalidInput($"{field}.{(Min < 0 ? "min" : "max")}", "0 or more"),
            _ => Min > Max ? new InvalidInput($"{field}.max", "no less than min") : null,
        };
    }
}
