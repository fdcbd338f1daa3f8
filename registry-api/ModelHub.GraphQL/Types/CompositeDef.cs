using ModelHub.GraphQL.Conventions;

namespace ModelHub.GraphQL.Types;

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

    /// <summary>Properties that are read only where a field wants them.</summary>
    public IReadOnlyList<string> Wide { get; set; } = [];
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
