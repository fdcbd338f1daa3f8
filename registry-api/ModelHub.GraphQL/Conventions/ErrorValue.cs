using ModelHub.GraphQL.Types;

namespace ModelHub.GraphQL.Conventions;

/// <summary>A declared refusal with its type in the schema.</summary>
internal sealed record ErrorValue(ObjectDef Type, object Refusal);

/// <summary>What a mutation answers: its result, or why not.</summary>
internal sealed record PayloadValue(object? Result, ErrorValue[]? Errors);
