namespace ModelHub.GraphQL.Types;

/// <summary>What the host registered; the schema is built from it once, at start.</summary>
internal sealed class SchemaSources
{
    public List<Type> Classes { get; } = [];

    public List<Type> Extra { get; } = [];

    public List<ScalarConverter> Converters { get; } = [];

    public Dictionary<Type, Func<ResolverContext, object?>> Parameters { get; } = [];

    public List<ResultShape> ResultTypes { get; } = [];
}

/// <summary>How to take a foreign result type apart.</summary>
internal sealed record ResultShape(Type OpenGeneric, string Value, string Refusal);
