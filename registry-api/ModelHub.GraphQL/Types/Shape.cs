using System.Collections;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace ModelHub.GraphQL.Types;

/// <summary>A CLR type as the schema sees it: without wrappers, with its nullability, and the shape of its items.</summary>
internal sealed record Shape(Type Type, bool IsNullable, Shape? Item)
{
    private static readonly NullabilityInfoContext Nullability = new();

    /// <summary>The context keeps what it saw and is not made for two threads; two hosts in one process build their schemas at once.</summary>
    private static readonly Lock Reading = new();

    /// <summary>The type inside lists.</summary>
    public Type Core => Item is null ? Type : Item.Core;

    /// <summary>The result may only be known later.</summary>
    public bool IsAsync { get; private init; }

    /// <summary>The argument of the <see cref="Optional{T}"/> that stood around it.</summary>
    public Type? OptionalOf { get; private init; }

    public static Shape Of(PropertyInfo property)
    {
        lock (Reading)
            return Of(Nullability.Create(property));
    }

    public static Shape Of(ParameterInfo parameter)
    {
        lock (Reading)
            return Of(Nullability.Create(parameter));
    }

    /// <summary>The shape of a type of which only the type is known.</summary>
    public static Shape Of(Type type)
    {
        var core = Nullable.GetUnderlyingType(type) ?? type;
        return new Shape(core, core != type, ItemType(core) is { } item ? Of(item) : null);
    }

    public static bool IsJson(Type type) =>
        type == typeof(object) || type == typeof(JsonElement) || type == typeof(JsonDocument) || typeof(JsonNode).IsAssignableFrom(type)
        || Closed(type, typeof(IDictionary<,>)) is not null || Closed(type, typeof(IReadOnlyDictionary<,>)) is not null;

    public static Type? Closed(Type type, Type open) =>
        type.IsGenericType && type.GetGenericTypeDefinition() == open ? type : Array.Find(type.GetInterfaces(), i => i.IsGenericType && i.GetGenericTypeDefinition() == open);

    private static Shape Of(NullabilityInfo info)
    {
        var type = info.Type;
        if (type.IsGenericType && type.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>)))
            return Of(info.GenericTypeArguments[0]) with { IsAsync = true };
        if (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>))
            return Of(info.GenericTypeArguments[0]) with { IsNullable = true, OptionalOf = info.GenericTypeArguments[0].Type };
        var core = Nullable.GetUnderlyingType(type) ?? type;
        var nullable = core != type || (!type.IsValueType && info.ReadState != NullabilityState.NotNull);
        return new Shape(core, nullable, ItemOf(info, core));
    }

    private static Shape? ItemOf(NullabilityInfo info, Type core)
    {
        if (ItemType(core) is not { } item)
            return null;
        if (info.ElementType is { } element)
            return Of(element);
        return info.GenericTypeArguments.Length == 1 && info.GenericTypeArguments[0].Type == item ? Of(info.GenericTypeArguments[0]) : Of(item);
    }

    private static Type? ItemType(Type type)
    {
        if (type == typeof(string) || !typeof(IEnumerable).IsAssignableFrom(type) || IsJson(type))
            return null;
        return type.IsArray ? type.GetElementType() : Closed(type, typeof(IEnumerable<>))?.GetGenericArguments()[0];
    }
}
