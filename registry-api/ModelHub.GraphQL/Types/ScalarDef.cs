using System.Text.Json;
using ModelHub.GraphQL.Execution;
using ModelHub.GraphQL.Language;

namespace ModelHub.GraphQL.Types;

/// <summary>A scalar: how its values are read from literals and JSON, and written.</summary>
internal sealed class ScalarDef(string name, Type wireType) : NamedDef(name)
{
    /// <summary>The CLR type of a coerced value.</summary>
    public Type WireType { get; } = wireType;

    public Uri? SpecifiedBy { get; init; }

    /// <summary>The value of a literal; null when it is none of this scalar.</summary>
    public required Func<ValueNode, object?> ParseLiteral { get; init; }

    /// <summary>The value of a JSON value; null when it is none of this scalar.</summary>
    public required Func<JsonElement, object?> ParseJson { get; init; }

    /// <summary>Writes a wire value.</summary>
    public required LeafWriter Write { get; init; }

    /// <summary>None of the five of the specification: its literals are judged by coercion.</summary>
    public bool IsCustom => Name is not ("Int" or "Float" or "String" or "Boolean" or "ID");

    /// <summary>Literals of this scalar may hold lists, objects and variables.</summary>
    public bool IsAny { get; init; }
}
