using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ModelHub.Console.Graph;

/// <summary>One trusted document with the shapes of what it takes and gives. Its name is the name in the document, its id one of <see cref="Documents"/>.</summary>
internal sealed record Operation<TVariables, TData>(
    string Name,
    string Id,
    JsonTypeInfo<GraphRequest<TVariables>> Request,
    JsonTypeInfo<GraphResponse<TData>> Response);

internal sealed record GraphRequest<TVariables>(string OperationName, string Id, TVariables Variables);

internal sealed record GraphResponse<TData>(TData? Data, IReadOnlyList<GraphFault>? Errors);

internal sealed record GraphFault(string Message, JsonElement? Extensions)
{
    [JsonIgnore]
    public string? Code => Text("code");

    [JsonIgnore]
    public string? RequestId => Text("traceId") ?? Text("requestId");

    private string? Text(string name) =>
        Extensions is { ValueKind: JsonValueKind.Object } extensions
        && extensions.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}

internal sealed record NoVariables
{
    public static readonly NoVariables Value = new();
}

internal sealed record Mutation<TInput>(TInput Input);
