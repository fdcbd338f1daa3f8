namespace ModelHub.GraphQL;

/// <summary>Where in the source an error lies; both count from 1.</summary>
public readonly record struct SourceLocation(int Line, int Column);

/// <summary>An error as clients see it. The code goes into <c>extensions.code</c>.</summary>
public sealed record GraphQLError(string Message, string? Code = null)
{
    public IReadOnlyList<SourceLocation> Locations { get; init; } = [];

    /// <summary>Response names and list indices (strings and ints) down to the failed field.</summary>
    public IReadOnlyList<object>? Path { get; init; }

    /// <summary>More members of <c>extensions</c>; values are written as JSON.</summary>
    public IReadOnlyDictionary<string, object?>? Extensions { get; init; }

    internal bool IsLimit { get; init; }
}

/// <summary>Thrown by a resolver to fail its field with a message that clients may read.</summary>
public sealed class GraphQLException : Exception
{
    public GraphQLException()
        : this("The field could not be resolved.")
    {
    }

    public GraphQLException(string message)
        : this(message, code: null)
    {
    }

    public GraphQLException(string message, string? code)
        : this(new GraphQLError(message, code))
    {
    }

    public GraphQLException(string message, Exception innerException)
        : base(message, innerException) => Error = new GraphQLError(message);

    public GraphQLException(GraphQLError error)
        : base(error.Message) => Error = error;

    public GraphQLError Error { get; }
}
