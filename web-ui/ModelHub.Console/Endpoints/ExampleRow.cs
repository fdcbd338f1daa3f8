using System.Text.Json.Nodes;
using ModelHub.Console.Versions;

namespace ModelHub.Console.Endpoints;

/// <summary>A row that an endpoint takes, made of its signature alone, so that a copied command gets an answer.</summary>
internal static class ExampleRow
{
    /// <summary>Values of one field that are still written out; a picture of a million is not.</summary>
    private const int Most = 64;

    /// <summary>JSON, as <c>/predict</c> takes it; where the inputs are not known or too large, a row to be filled in.</summary>
    public static string Of(Signature? signature) => signature is { Inputs: { Count: > 0 } inputs } && inputs.All(input => Size(input) <= Most)
        ? new JsonArray(new JsonObject(inputs.Select(input => KeyValuePair.Create(input.Name, Value(input))))).ToJsonString()
        : "[{…}]";

    // [any] and [any, 1] are one value per row; [any, 4] is four. A free size may be 1.
    private static JsonNode? Value(TensorSpec input) =>
        Size(input) == 1 && input.Shape.Count <= 2 ? One(input.Datatype) : Nested(input.Datatype, [.. input.Shape.Skip(1).Select(size => Math.Max(1, size))]);

    private static JsonNode? Nested(string datatype, long[] shape) => shape is [var first, .. var rest]
        ? new JsonArray([.. Enumerable.Range(0, (int)first).Select(_ => Nested(datatype, rest))])
        : One(datatype);

    private static JsonNode? One(string datatype) => datatype switch
    {
        "BYTES" => "text",
        "BOOL" => true,
        _ => 1,
    };

    private static long Size(TensorSpec input) => input.Shape.Skip(1).Aggregate(1L, (size, next) => Math.Min(Most + 1, size * Math.Max(1, next)));
}
