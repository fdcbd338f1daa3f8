using System.Text.Json;
using System.Text.Json.Serialization;

namespace ModelHub.Console.Live;

/// <summary>A message of graphql-transport-ws, both ways.</summary>
internal sealed record SocketMessage(string Type, string? Id = null, JsonElement? Payload = null);

internal sealed record ConnectionInit(string Authorization);

internal sealed record Subscribe<TVariables>(string OperationName, string Id, TVariables Variables);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SocketMessage))]
[JsonSerializable(typeof(ConnectionInit))]
[JsonSerializable(typeof(Subscribe<FollowEvents>))]
[JsonSerializable(typeof(Subscribe<FollowLog>))]
[JsonSerializable(typeof(EventMessage))]
[JsonSerializable(typeof(LogMessage))]
internal sealed partial class LiveJson : JsonSerializerContext;
