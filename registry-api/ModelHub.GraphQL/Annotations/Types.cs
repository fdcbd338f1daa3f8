namespace ModelHub.GraphQL;

/// <summary>The static methods of the class become fields of <c>Query</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class QueryTypeAttribute : Attribute;

/// <summary>The static methods of the class become fields of <c>Mutation</c>, each with its input and payload.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class MutationTypeAttribute : Attribute;

/// <summary>The static methods of the class become fields of <c>Subscription</c>.</summary>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SubscriptionTypeAttribute : Attribute;

/// <summary>What <see cref="ObjectTypeAttribute{T}"/> and its kin share; the engine reads it without knowing T.</summary>
[AttributeUsage(AttributeTargets.Class, AllowMultiple = true)]
public abstract class TypeAttribute : Attribute
{
    /// <summary>The name in the schema; by default the CLR name.</summary>
    public string? Name { get; init; }

    /// <summary>Public properties of the type that are no fields.</summary>
    public string[] Ignore { get; init; } = [];

    /// <summary>When given, only these public properties are fields.</summary>
    public string[]? Only { get; init; }

    /// <summary>
    /// Mapped properties that take much to read: queries and loaders leave them out unless the operation selects a field that
    /// reads them, be it the property's own or one of a method with <see cref="ReadsAttribute"/>.
    /// </summary>
    public string[] Wide { get; init; } = [];

    internal abstract Type Target { get; }

    /// <summary>The class only adds fields; what it says of access holds for those alone.</summary>
    internal virtual bool IsExtension => false;
}

/// <summary>
/// The static methods of the class are fields of the object type made from T, beside T's public properties.
/// A method of the same name replaces the property.
/// </summary>
public sealed class ObjectTypeAttribute<T> : TypeAttribute
{
    internal override Type Target => typeof(T);
}

/// <summary>More fields for an object type that is declared elsewhere.</summary>
public sealed class ExtendObjectTypeAttribute<T> : TypeAttribute
{
    internal override Type Target => typeof(T);

    internal override bool IsExtension => true;
}

/// <summary>T (an interface or abstract class) is a GraphQL interface; static methods are fields all implementations get.</summary>
public sealed class InterfaceTypeAttribute<T> : TypeAttribute
{
    internal override Type Target => typeof(T);
}

/// <summary>T (an interface or abstract record) is a union of its concrete subtypes.</summary>
public sealed class UnionTypeAttribute<T> : TypeAttribute
{
    internal override Type Target => typeof(T);
}

/// <summary>The annotated CLR interface or abstract class is a GraphQL interface.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class InterfaceTypeAttribute : Attribute;

/// <summary>The annotated CLR interface or abstract record is a union of its concrete subtypes.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Interface, Inherited = false)]
public sealed class UnionTypeAttribute : Attribute;

/// <summary>The input object takes exactly one of its fields.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Struct)]
public sealed class OneOfAttribute : Attribute;
