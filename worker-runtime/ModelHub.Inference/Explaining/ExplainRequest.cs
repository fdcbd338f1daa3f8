using System.Buffers;
using System.Text.Json;
using ModelHub.Inference.Predict;

namespace ModelHub.Inference.Explaining;

public enum ExplainMethod
{
    /// <summary>Exact where the model is found to be linear, else by sampling.</summary>
    Auto,
    Sampling,
    Linear,
}

/// <summary>What of a prediction is to be explained: <c>{"rows": [{…}], "permutations": 200, "seed": 1, "method": "auto"}</c>, of which only rows are needed.</summary>
/// <param name="Rows">the JSON of the rows of named fields, as <c>/predict</c> takes them</param>
public sealed record ExplainRequest(byte[] Rows, int Permutations, int Seed, ExplainMethod Method)
{
    public const int MostBytes = 1024 * 1024;
    public const int MostRows = 16;
    public const int FewestPermutations = 2;
    public const int MostPermutations = 2_000;
    public const int UsualPermutations = 200;
    private static readonly string[] Methods = ["auto", "sampling", "linear"];

    /// <returns>null with what is wrong in <paramref name="fault"/></returns>
    public static ExplainRequest? Read(ReadOnlySequence<byte> body, out RequestFault? fault)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            return Of(document.RootElement, out fault);
        }
        catch (JsonException e)
        {
            fault = new RequestFault($"The request is not valid JSON: {e.Message}");
            return null;
        }
    }

    /// <summary>The rows as tensors.</summary>
    /// <returns>what is wrong with them, or null</returns>
    public RequestFault? Fill(FieldPlan plan, InferRequest into) =>
        RowsReader.Read(new ReadOnlySequence<byte>(Rows), plan, InferenceLimits.Default with { Rows = MostRows }, into);

    private static ExplainRequest? Of(JsonElement root, out RequestFault? fault)
    {
        var (rows, permutations, seed, method) = ((byte[]?)null, UsualPermutations, 1, ExplainMethod.Auto);
        fault = root.ValueKind == JsonValueKind.Object ? null : new RequestFault("The request must be an object with the field 'rows'.");
        foreach (var field in fault is null ? [.. root.EnumerateObject()] : Array.Empty<JsonProperty>())
            fault ??= field.Name switch
            {
                "rows" => Take(out rows, System.Text.Encoding.UTF8.GetBytes(field.Value.GetRawText())),
                "permutations" => Number(field, FewestPermutations, MostPermutations, out permutations),
                "seed" => Number(field, 0, int.MaxValue, out seed),
                "method" when field.Value.ValueKind == JsonValueKind.String && Array.IndexOf(Methods, field.Value.GetString()) is >= 0 and var at => Take(out method, (ExplainMethod)at),
                "method" => new RequestFault($"'method' must be one of {string.Join(", ", Methods)}."),
                _ => new RequestFault($"The request has the field {RequestFault.Quote(field.Name)}; it takes rows, permutations, seed and method."),
            };
        if (fault is null && rows is null)
            fault = new RequestFault("The request lacks the field 'rows': an array of objects of named fields.");
        return fault is null ? new ExplainRequest(rows!, permutations, seed, method) : null;
    }

    private static RequestFault? Take<T>(out T into, T value)
    {
        into = value;
        return null;
    }

    private static RequestFault? Number(JsonProperty field, int least, int most, out int into)
    {
        into = 0;
        return field.Value.ValueKind == JsonValueKind.Number && field.Value.TryGetInt32(out into) && into >= least && into <= most
            ? null
            : new RequestFault($"'{field.Name}' must be a whole number between {least} and {most}.");
    }
}
