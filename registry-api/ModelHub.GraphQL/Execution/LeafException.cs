namespace ModelHub.GraphQL.Execution;

/// <summary>A resolved value has no representation in its leaf type; the message is for the client.</summary>
internal sealed class LeafException(string message) : Exception(message);
