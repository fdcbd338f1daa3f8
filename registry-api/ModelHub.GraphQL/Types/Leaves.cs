using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.GraphQL.Execution;

namespace ModelHub.GraphQL.Types;

/// <summary>Which scalar or enum a CLR type is, and how values of it are written and bound.</summary>
internal sealed class Leaves
{
    private readonly Dictionary<Type, ScalarDef> byType = [];
    private readonly Dictionary<Type, ScalarConverter> converters;
    private readonly Dictionary<string, ScalarDef> byName;

    public Leaves(SchemaSources sources)
    {
        ScalarDef[] builtIn =
        [
            Scalars.Int(), Scalars.Float(), Scalars.String(), Scalars.Boolean(), Scalars.Id(), Scalars.Long(), Scalars.Decimal(),
            Scalars.Uuid(), Scalars.DateTime(), Scalars.Date(), Scalars.Duration(), Scalars.Json(),
        ];
        byName = builtIn.ToDictionary(s => s.Name);
        foreach (var (type, scalar) in Known)
            byType[type] = byName[scalar];
        converters = sources.Converters.ToDictionary(c => c.ClrType);
        foreach (var converter in sources.Converters)
            byType[converter.ClrType] = ScalarOf(converter);
    }

    public ScalarDef Id => byName["ID"];

    public ScalarDef String => byName["String"];

    public ScalarDef Boolean => byName["Boolean"];

    public ScalarDef Int => byName["Int"];

    public IEnumerable<ScalarDef> Used => used;

    private static IEnumerable<(Type Type, string Scalar)> Known =>
    [
        (typeof(int), "Int"), (typeof(short), "Int"), (typeof(byte), "Int"), (typeof(sbyte), "Int"), (typeof(ushort), "Int"),
        (typeof(long), "Long"), (typeof(uint), "Long"), (typeof(double), "Float"), (typeof(float), "Float"), (typeof(decimal), "Decimal"),
        (typeof(bool), "Boolean"), (typeof(string), "String"), (typeof(char), "String"), (typeof(Uri), "String"), (typeof(Guid), "UUID"),
        (typeof(DateTime), "DateTime"), (typeof(DateTimeOffset), "DateTime"), (typeof(DateOnly), "Date"), (typeof(TimeSpan), "Duration"),
    ];

    private readonly HashSet<ScalarDef> used = [];

    public ScalarDef? Scalar(Type type)
    {
        var scalar = byType.GetValueOrDefault(type) ?? (Shape.IsJson(type) ? byName["JSON"] : null);
        if (scalar is not null)
            used.Add(scalar);
        return scalar;
    }

    public void Use(ScalarDef scalar) => used.Add(scalar);

    public ScalarConverter? Converter(Type type) => converters.GetValueOrDefault(type);

    /// <summary>How a value of the CLR type is written as the leaf.</summary>
    public LeafWriter Writer(Type type, NamedDef leaf)
    {
        if (leaf is EnumDef e)
            return (w, v) => w.String(e.Of(v)?.Name ?? throw new LeafException($"{e.Name} has no such value."));
        var scalar = (ScalarDef)leaf;
        if (!converters.TryGetValue(type, out var converter))
            return scalar.Write;
        return (w, v) => scalar.Write(w, converter.ToWire(v));
    }

    /// <summary>The text of an id value.</summary>
    public string IdText(object value)
    {
        var wire = converters.TryGetValue(value.GetType(), out var converter) ? converter.ToWire(value) : value;
        return wire as string ?? ((IFormattable)wire).ToString(null, CultureInfo.InvariantCulture);
    }

    /// <summary>Turns a wire value (or an enum value) into the CLR type.</summary>
    /// <exception cref="FormatException">The value is none of the type; the message is for the client.</exception>
    public object FromWire(object wire, Type type)
    {
        if (converters.TryGetValue(type, out var converter))
            return converter.FromWire(Change(wire, converter.WireType));
        return Change(wire, type);
    }

    private static object Change(object wire, Type type)
    {
        if (type.IsInstanceOfType(wire))
            return wire;
        return wire switch
        {
            string text when type == typeof(Guid) => Guid.TryParse(text, out var g) ? g : throw new FormatException("The id is no UUID."),
            string text when type == typeof(Uri) => Uri.TryCreate(text, UriKind.Absolute, out var u) ? u : throw new FormatException("The text is no absolute address."),
            string text when type == typeof(char) => text.Length == 1 ? text[0] : throw new FormatException("One character is expected."),
            DateTimeOffset time when type == typeof(DateTime) => time.UtcDateTime,
            JsonElement json => json.Deserialize(type) ?? JsonValue.Create((string?)null)!,
            _ => Convert(wire, type),
        };
    }

    private static object Convert(object wire, Type type)
    {
        try
        {
            return System.Convert.ChangeType(wire, type, CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is OverflowException or FormatException or InvalidCastException)
        {
            throw new FormatException($"The value does not fit {type.Name}.", e);
        }
    }

    private ScalarDef ScalarOf(ScalarConverter converter)
    {
        var wire = byType.GetValueOrDefault(converter.WireType) ?? throw new SchemaException($"{converter.ClrType.Name} cannot travel as {converter.WireType.Name}: no scalar is known for it.");
        if (converter.Scalar is not { } name || name == wire.Name)
            return wire;
        if (byName.TryGetValue(name, out var known))
            return known;
        return byName[name] = new ScalarDef(name, converter.WireType)
        {
            Description = converter.Description,
            SpecifiedBy = converter.SpecifiedBy,
            ParseLiteral = literal => wire.ParseLiteral(literal) is { } value && Fits(converter, value) ? value : null,
            ParseJson = json => wire.ParseJson(json) is { } value && Fits(converter, value) ? value : null,
            Write = wire.Write,
        };
    }

    private static bool Fits(ScalarConverter converter, object wire) => converter.FromWire(wire) is not null;
}
