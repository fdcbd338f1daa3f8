using System.Text.Json;

namespace ModelHub.GraphQL;

/// <summary>What a client sends, whatever the transport.</summary>
/// <param name="Query">The document.</param>
/// <param name="OperationName">Which operation of the document; null or empty when there is one.</param>
/// <param name="Variables">A JSON object, or undefined.</param>
/// <param name="Id">The SHA-256 of a stored document, instead of the document.</param>
public sealed record GraphQLRequest(string? Query, string? OperationName = null, JsonElement Variables = default, string? Id = null);
