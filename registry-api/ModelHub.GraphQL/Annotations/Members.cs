using System.Diagnostics.CodeAnalysis;

namespace ModelHub.GraphQL;

/// <summary>The parameter receives the object the field belongs to.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ParentAttribute : Attribute;

/// <summary>The name in the schema, instead of the one made from the CLR name.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLNameAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>The description in the schema, instead of the documentation comment.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDescriptionAttribute(string description) : Attribute
{
    public string Description { get; } = description;
}

/// <summary>The member is no part of the schema.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLIgnoreAttribute : Attribute;

/// <summary>The member is deprecated, with the reason that clients read.</summary>
[AttributeUsage(AttributeTargets.All)]
public sealed class GraphQLDeprecatedAttribute(string reason) : Attribute
{
    public string Reason { get; } = reason;
}

/// <summary>A default value as a GraphQL literal, for arguments whose default C# cannot express (<c>[]</c>, <c>{a: 1}</c>).</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property)]
public sealed class GraphQLDefaultAttribute([StringSyntax("graphql")] string literal) : Attribute
{
    public string Literal { get; } = literal;
}

/// <summary>The value is of GraphQL type <c>ID</c>.</summary>
[AttributeUsage(AttributeTargets.Parameter | AttributeTargets.Property | AttributeTargets.Method)]
public class IDAttribute : Attribute
{
    internal virtual Type? Target => null;
}

/// <summary>The value is the global id of a T: base64url of <c>TypeName:value</c>; an id of another type is refused.</summary>
public sealed class IDAttribute<T> : IDAttribute
{
    internal override Type Target => typeof(T);
}

/// <summary>
/// On a static method of an object type class: loads the object by its own id, given as first argument. The type
/// then implements <c>Node</c>, and its <c>id</c> is a global id.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class NodeResolverAttribute : Attribute;

/// <summary>
/// The field is a connection over an ordered <see cref="IQueryable{T}"/>; the order must end in a unique key.
/// Fields that return <see cref="Page{T}"/> are connections without this attribute.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class UsePagingAttribute : Attribute
{
    /// <summary>Page size when the client gives none.</summary>
    public int DefaultPageSize { get; init; } = 10;

    /// <summary>A larger <c>first</c> or <c>last</c> is refused; 0 takes the limit of the options.</summary>
    public int MaxPageSize { get; init; }
}

/// <summary>Adds <c>where: TFilterInput</c> over the named properties of the element type, and no others: dots reach inside, <c>model: Version.Model.Name</c> gives a name, <c>Tags[Key, Value]</c> filters by items of a list (<c>some</c>, <c>none</c>).</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UseFilteringAttribute(params string[] properties) : Attribute
{
    public string[] Properties { get; } = properties;

    /// <summary>Name of the input type; by default <c>{T}FilterInput</c>.</summary>
    public string? Name { get; init; }
}

/// <summary>Adds <c>order: [TSortInput!]</c> over the named properties of the element type, and no others.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UseSortingAttribute(params string[] properties) : Attribute
{
    public string[] Properties { get; } = properties;

    /// <summary>Name of the input type; by default <c>{T}SortInput</c>.</summary>
    public string? Name { get; init; }
}

/// <summary>
/// A refusal of the mutation: an exception type that is caught, or the type of a refusal object that it returns.
/// It becomes the object type <c>{Name}Error</c> in the payload's <c>errors</c>.
/// </summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class, AllowMultiple = true)]
public sealed class ErrorAttribute(Type type) : Attribute
{
    public Type Type { get; } = type;
}

/// <summary>The name of the payload's result field; by default the name of the result's type.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class PayloadFieldAttribute(string name) : Attribute
{
    public string Name { get; } = name;
}

/// <summary>When a policy is judged.</summary>
public enum ApplyPolicy
{
    /// <summary>Once per request, before any resolver runs.</summary>
    BeforeResolver,

    /// <summary>Once per value, with the field's result as the resource.</summary>
    AfterResolver,
}

/// <summary>
/// The field needs the policy. On a root's class or an extension: every field the class declares. On an object type (its own
/// class or the one with <see cref="ObjectTypeAttribute{T}"/>): every field of the type, properties too. Several are all needed.
/// </summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Property, AllowMultiple = true)]
public sealed class AuthorizeAttribute : Attribute
{
    public AuthorizeAttribute()
    {
    }

    public AuthorizeAttribute(string policy) => Policy = policy;

    /// <summary>A policy of ASP.NET Core's authorization; without one, being signed in is enough.</summary>
    public string? Policy { get; init; }

    /// <summary>One of these roles is needed.</summary>
    public string[]? Roles { get; init; }

    public ApplyPolicy Apply { get; init; }
}

/// <summary>The field (or every field of the class) is open to everyone, deliberately.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method | AttributeTargets.Property)]
public sealed class AllowAnonymousAttribute : Attribute;

/// <summary>The weight of resolving the field, instead of 10 (asynchronous), 1 (composite) or 0 (leaf).</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class CostAttribute(double weight) : Attribute
{
    public double Weight { get; } = weight;
}

/// <summary>How long the field's list is assumed to be when no slicing argument tells.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Property)]
public sealed class ListSizeAttribute : Attribute
{
    public int AssumedSize { get; init; }

    /// <summary>Integer arguments that bound the list, e.g. <c>limit</c>.</summary>
    public string[] SlicingArguments { get; init; } = [];
}

/// <summary>A field of <c>Subscription</c>; the events come from a topic or from another method.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class SubscribeAttribute : Attribute
{
    /// <summary>A static method of the same class with the same arguments that returns <c>IAsyncEnumerable</c> of the messages.</summary>
    public string? With { get; init; }
}

/// <summary>The topic of the events; <c>{argument}</c> is replaced by the argument's value.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class TopicAttribute(string topic) : Attribute
{
    public string Topic { get; } = topic;
}

/// <summary>The parameter receives the message of the event.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class EventMessageAttribute : Attribute;

/// <summary>The parameter is a service, even when its type could be an argument.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class ServiceAttribute : Attribute;

/// <summary>The wide properties of its parent that a resolver looks at, see <see cref="TypeAttribute.Wide"/>.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class ReadsAttribute(params string[] properties) : Attribute
{
    public IReadOnlyList<string> Properties { get; } = properties;
}
