using System.Collections.Frozen;
using ModelHub.GraphQL.Conventions;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>A type of the schema: a named definition, or a list or non-null wrapper.</summary>
internal abstract class GraphType
{
    public virtual NamedDef Named => (NamedDef)this;

    public virtual bool IsInput => Named.IsInput;

    public bool IsNonNull => this is NonNullDef;

    public GraphType Nullable => this is NonNullDef n ? n.Of : this;
}

internal sealed class ListDef(GraphType of) : GraphType
{
    public GraphType Of { get; } = of;

    public override NamedDef Named => Of.Named;

    public override string ToString() => $"[{Of}]";
}

internal sealed class NonNullDef(GraphType of) : GraphType
{
    public GraphType Of { get; } = of;

    public override NamedDef Named => Of.Named;

    public override string ToString() => $"{Of}!";
}

internal abstract class NamedDef(string name) : GraphType
{
    public string Name { get; } = name;

    public string? Description { get; set; }

    public override bool IsInput => this is ScalarDef or EnumDef or InputDef;

    public bool IsOutput => this is not InputDef;

    public bool IsLeaf => this is ScalarDef or EnumDef;

    public bool IsIntrospection => Name.StartsWith("__", StringComparison.Ordinal);

    public override string ToString() => Name;
}

internal sealed class EnumDef(string name, Type? clrType) : NamedDef(name)
{
    private FrozenDictionary<string, EnumValueDef>? byName;
    private FrozenDictionary<object, EnumValueDef>? byValue;

    public Type? ClrType { get; } = clrType;

    public List<EnumValueDef> Values { get; } = [];

    public EnumValueDef? Find(string name) => (byName ??= Values.ToFrozenDictionary(v => v.Name)).GetValueOrDefault(name);

    public EnumValueDef? Of(object value) => (byValue ??= Values.ToFrozenDictionary(v => v.Value)).GetValueOrDefault(value);
}

internal sealed class EnumValueDef(string name, object value)
{
    public string Name { get; } = name;

    public object Value { get; } = value;

    public string? Description { get; init; }

    public string? DeprecationReason { get; init; }
}

/// <summary>Object, interface or union.</summary>
internal abstract class CompositeDef(string name) : NamedDef(name)
{
    /// <summary>The object types a value may have; itself for an object type.</summary>
    public abstract IReadOnlyList<ObjectDef> PossibleTypes { get; }

    public virtual FieldDef? Field(string name) => null;
}

internal abstract class FieldsDef(string name) : CompositeDef(name)
{
    private readonly Dictionary<string, FieldDef> byName = new(StringComparer.Ordinal);

    public List<FieldDef> Fields { get; } = [];

    public List<InterfaceDef> Interfaces { get; } = [];

    public override FieldDef? Field(string name) => byName.GetValueOrDefault(name);

    public void Add(FieldDef field)
    {
        if (byName.TryGetValue(field.Name, out var old))
            Fields.Remove(old);
        field.Parent = this;
        byName[field.Name] = field;
        Fields.Add(field);
    }
}

internal sealed class ObjectDef : FieldsDef
{
    public ObjectDef(string name, Type? clrType)
        : base(name)
    {
        ClrType = clrType;
        PossibleTypes = [this];
    }

    public Type? ClrType { get; }

    public override IReadOnlyList<ObjectDef> PossibleTypes { get; }

    /// <summary>Loads an object of this type by its own id; the type is then a Node.</summary>
    public NodeLoader? Node { get; set; }
}

internal sealed class InterfaceDef(string name, Type? clrType) : FieldsDef(name)
{
    public Type? ClrType { get; } = clrType;

    public List<ObjectDef> Implementations { get; } = [];

    public override IReadOnlyList<ObjectDef> PossibleTypes => Implementations;
}

internal sealed class UnionDef(string name, Type? clrType) : CompositeDef(name)
{
    public Type? ClrType { get; } = clrType;

    public List<ObjectDef> Members { get; } = [];

    public override IReadOnlyList<ObjectDef> PossibleTypes => Members;
}

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
    public object? DefaultValue => Default is null ? null : coerced ??= new Execution.Coercion(100_000).FromLiteral(Default, Type, Execution.VariableValues.None);

    /// <summary>Turns a coerced value into what the resolver's parameter wants.</summary>
    public Func<object?, object?> Bind { get; set; } = static value => value;

    /// <summary>The value as the resolver's parameter wants it.</summary>
    /// <exception cref="Execution.CoercionException">A converter says that it is none of its values.</exception>
    public object? Bound(object? value)
    {
        try
        {
            return Bind(value);
        }
        catch (FormatException e)
        {
            throw new Execution.CoercionException($"\"{Name}\" is not valid: {e.Message}");
        }
    }

    public bool IsRequired => Type.IsNonNull && Default is null;
}

internal sealed class DirectiveDef(string name, string[] locations)
{
    public string Name { get; } = name;

    public string? Description { get; init; }

    public string[] Locations { get; } = locations;

    public InputValueDef[] Args { get; init; } = [];

    public bool IsRepeatable { get; init; }
}
