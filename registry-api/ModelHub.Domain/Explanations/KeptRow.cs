using System.Text.Json;
using System.Text.Json.Nodes;
using ModelHub.Domain.Basics;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Models;

namespace ModelHub.Domain.Explanations;

/// <summary>A row of a prediction as the ledger keeps it, to be asked about again.</summary>
public static class KeptRow
{
    // What routers put in place of a value that is hashed; 32 hex digits follow.
    private const string HashMark = "hmac:";
    private const int HashLength = 37;

    /// <param name="inputs">Of the prediction: a JSON list of rows, or null.</param>
    /// <param name="omitted">Why there are none.</param>
    /// <param name="row">Of the request, from 0.</param>
    /// <param name="signature">Of the version that answered: columns of tensors get their names by it.</param>
    public static Result<JsonElement> Of(string? inputs, string? omitted, int row, Signature? signature)
    {
        if (inputs is null)
            return new PredictionNotKept($"its inputs were not kept{(omitted is null ? "" : $", {omitted}")}");
        var rows = JsonNode.Parse(inputs)!.AsArray();
        if (row < 0 || row >= rows.Count || rows[row] is not JsonObject kept)
            return new InvalidInput("predictionRow", $"0 to {rows.Count - 1}");
        foreach (var (name, value) in kept)
            if (value?.GetValueKind() == JsonValueKind.String && value.GetValue<string>() is { Length: HashLength } text && text.StartsWith(HashMark, StringComparison.Ordinal))
                return new PredictionNotKept($"the value of {name} was hashed by the router");
        return JsonSerializer.SerializeToElement(signature is null ? kept : Named(kept, signature));
    }

    /// <summary>A request of tensors is kept with the tensors' names: <c>{"x": [1, 2]}</c> of a version with the features a and b → <c>{"a": 1, "b": 2}</c>.</summary>
    private static JsonObject Named(JsonObject kept, Signature signature)
    {
        if (BatchFields.Unfillable(signature) is not null)
            return kept;
        var fields = new Queue<BatchField>(BatchFields.Of(signature));
        foreach (var input in signature.Inputs)
        {
            var width = input.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            List<BatchField> own = [fields.Dequeue()];
            while (own.Sum(f => f.Width) < width)
                own.Add(fields.Dequeue());
            if ((own.Count == 1 && own[0].Name == input.Name) || kept[input.Name] is not { } tensor)
                continue;
            JsonNode?[] values = tensor is JsonArray list ? [.. list] : [tensor];
            if (values.Length != own.Count)
                continue;
            kept.Remove(input.Name);
            foreach (var (field, value) in own.Zip(values))
                kept[field.Name] = value?.DeepClone();
        }
        return kept;
    }
}
