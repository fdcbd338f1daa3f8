namespace ModelHub.GraphQL;

/// <summary>The annotated classes do not make a valid schema; all faults found are in the message.</summary>
public sealed class SchemaException : Exception
{
    public SchemaException()
    {
    }

    public SchemaException(string message)
        : base(message)
    {
    }

    public SchemaException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
