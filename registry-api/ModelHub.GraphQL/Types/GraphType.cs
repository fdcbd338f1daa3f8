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
