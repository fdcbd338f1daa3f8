using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

internal sealed class InputDef(string name, Type? clrType) : NamedDef(name)
{
    private readonly Dictionary<string, int> indices = new(StringComparer.Ordinal);

    public Type? ClrType { get; } = clrType;

    public bool IsOneOf { get; init; }

    public List<InputValueDef> Fields { get; } = [];

    public void Add(InputValueDef field)
    {
        indices.Add(field.Name, Fields.Count);
        Fields.Add(field);
    }

    public int IndexOf(string name) => indices.GetValueOrDefault(name, -1);
}

/// <summary>An argument or an input field.</summary>
internal sealed class InputValueDef(string name, GraphType type)
{
    private object? coerced;

    public string Name { get; } = name;

    public GraphType Type { get; } = type;

    public string? Description { get; init; }

    public string? DeprecationReason { get; init; }

    /// <summary>The default as a literal; null when there is none.</summary>
    public ValueNode? Default { get; init; }

    /// <summary>The coerced default; made when it is first needed, because it may rest on defaults of other inputs.</summary>
    public object? DefaultValue => Default is null ? null : coerced ??= new Coercion(100_000).FromLiteral(Default, Type, VariableValues.None);

    /// <summary>Turns a coerced value into what the resolver's parameter wants.</summary>
    public Func<object?, object?> Bind { get; set; } = static value => value;

    /// <summary>The value as the resolver's parameter wants it.</summary>
    /// <exception cref="CoercionException">A converter says that it is none of its values.</exception>
    public object? Bound(object? value)
    {
        try
        {
            return Bind(value);
        }
        catch (FormatException e)
        {
            throw new CoercionException($"\"{Name}\" is not valid: {e.Message}");
        }
    }

    public bool IsRequired => Type.IsNonNull && Default is null;
}
