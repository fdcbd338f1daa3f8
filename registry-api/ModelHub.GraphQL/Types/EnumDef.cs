using System.Collections.Frozen;

namespace ModelHub.GraphQL.Types;

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
