namespace ModelHub.GraphQL.Language;

/// <summary>A part of a document; positions are offsets into the source.</summary>
internal abstract class Node(int start)
{
    public int Start { get; } = start;
}

internal sealed class Document(string source, OperationDefinition[] operations, FragmentDefinition[] fragments)
{
    public string Source { get; } = source;

    public OperationDefinition[] Operations { get; } = operations;

    public FragmentDefinition[] Fragments { get; } = fragments;
}

internal enum OperationKind
{
    Query,
    Mutation,
    Subscription,
}

internal sealed class OperationDefinition(int start, OperationKind kind, string? name, VariableDefinition[] variables, Directive[] directives, SelectionSet selections) : Node(start)
{
    public OperationKind Kind { get; } = kind;

    public string? Name { get; } = name;

    public VariableDefinition[] Variables { get; } = variables;

    public Directive[] Directives { get; } = directives;

    public SelectionSet Selections { get; } = selections;
}

internal sealed class FragmentDefinition(int start, string name, NamedType on, Directive[] directives, SelectionSet selections) : Node(start)
{
    public string Name { get; } = name;

    public NamedType On { get; } = on;

    public Directive[] Directives { get; } = directives;

    public SelectionSet Selections { get; } = selections;
}

internal sealed class VariableDefinition(int start, string name, TypeNode type, ValueNode? defaultValue, Directive[] directives) : Node(start)
{
    public string Name { get; } = name;

    public TypeNode Type { get; } = type;

    public ValueNode? Default { get; } = defaultValue;

    public Directive[] Directives { get; } = directives;
}

internal sealed class SelectionSet(int start, Selection[] items) : Node(start)
{
    public Selection[] Items { get; } = items;
}

internal abstract class Selection(int start, Directive[] directives) : Node(start)
{
    public Directive[] Directives { get; } = directives;
}

internal sealed class Field(int start, string? alias, string name, Argument[] arguments, Directive[] directives, SelectionSet? selections) : Selection(start, directives)
{
    public string Name { get; } = name;

    public string ResponseName { get; } = alias ?? name;

    public Argument[] Arguments { get; } = arguments;

    public SelectionSet? Selections { get; } = selections;
}

internal sealed class FragmentSpread(int start, string name, Directive[] directives) : Selection(start, directives)
{
    public string Name { get; } = name;
}

internal sealed class InlineFragment(int start, NamedType? on, Directive[] directives, SelectionSet selections) : Selection(start, directives)
{
    public NamedType? On { get; } = on;

    public SelectionSet Selections { get; } = selections;
}

internal sealed class Argument(int start, string name, ValueNode value) : Node(start)
{
    public string Name { get; } = name;

    public ValueNode Value { get; } = value;
}

internal sealed class Directive(int start, string name, Argument[] arguments) : Node(start)
{
    public string Name { get; } = name;

    public Argument[] Arguments { get; } = arguments;
}

internal abstract class TypeNode(int start) : Node(start);

internal sealed class NamedType(int start, string name) : TypeNode(start)
{
    public string Name { get; } = name;

    public override string ToString() => Name;
}

internal sealed class ListTypeNode(int start, TypeNode of) : TypeNode(start)
{
    public TypeNode Of { get; } = of;

    public override string ToString() => $"[{Of}]";
}

internal sealed class NonNullTypeNode(int start, TypeNode of) : TypeNode(start)
{
    public TypeNode Of { get; } = of;

    public override string ToString() => $"{Of}!";
}

internal abstract class ValueNode(int start) : Node(start);

internal sealed class VariableValue(int start, string name) : ValueNode(start)
{
    public string Name { get; } = name;
}

internal sealed class IntValue(int start, string text) : ValueNode(start)
{
    public string Text { get; } = text;
}

internal sealed class FloatValue(int start, string text) : ValueNode(start)
{
    public string Text { get; } = text;
}

internal sealed class StringValue(int start, string value) : ValueNode(start)
{
    public string Value { get; } = value;
}

internal sealed class BooleanValue(int start, bool value) : ValueNode(start)
{
    public bool Value { get; } = value;
}

internal sealed class NullValue(int start) : ValueNode(start);

internal sealed class EnumValue(int start, string name) : ValueNode(start)
{
    public string Name { get; } = name;
}

internal sealed class ListValue(int start, ValueNode[] items) : ValueNode(start)
{
    public ValueNode[] Items { get; } = items;
}

internal sealed class ObjectValue(int start, Argument[] fields) : ValueNode(start)
{
    public Argument[] Fields { get; } = fields;
}
