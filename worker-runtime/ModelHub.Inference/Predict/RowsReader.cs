using System.Buffers;
using System.Text;
using System.Text.Json;

namespace ModelHub.Inference.Predict;

/// <summary>
/// Reads rows of named fields, <c>[{"income": 52000, "purpose": "car"}, …]</c> or one such object, into the inputs
/// of a model. Every field is needed, once, in any order; a field the model does not have is refused.
/// </summary>
public static class RowsReader
{
    private static readonly JsonReaderOptions Options = new() { MaxDepth = 8 };

    /// <returns>what is wrong with the request, or null</returns>
    public static RequestFault? Read(ReadOnlySequence<byte> body, FieldPlan plan, InferenceLimits limits, InferRequest into)
    {
        into.Prepare(plan.Model);
        try
        {
            var reader = new Utf8JsonReader(body, Options);
            reader.Read();
            if (Rows(ref reader, plan, limits, into, out var rows) is { } fault)
                return fault;
            while (reader.Read())
            {
                // Nothing may follow: the reader says so.
            }
            return Shape(plan, rows, into);
        }
        catch (JsonException e)
        {
            return new RequestFault($"The request is not valid JSON: {e.Message}");
        }
        catch (InvalidOperationException e) when (e.InnerException is DecoderFallbackException || e.Source?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true)
        {
            return new RequestFault("The request holds a text that is not valid UTF-8.");
        }
    }

    private static RequestFault? Rows(ref Utf8JsonReader reader, FieldPlan plan, InferenceLimits limits, InferRequest into, out int rows)
    {
        rows = 0;
        if (reader.TokenType == JsonTokenType.StartObject)
            return RowReader.Read(ref reader, plan, rows++, into);
        if (reader.TokenType != JsonTokenType.StartArray)
            return new RequestFault("The request must be an array of objects, one per row, or one such object.");
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
                return new RequestFault($"Row {rows} is not an object of named fields.");
            if (rows == limits.Rows)
                return new RequestFault($"More than {limits.Rows} rows.");
            if (RowReader.Read(ref reader, plan, rows++, into) is { } fault)
                return fault;
        }
        return rows > 0 ? null : new RequestFault("The request has no rows.");
    }

    private static RequestFault? Shape(FieldPlan plan, int rows, InferRequest into)
    {
        for (var i = 0; i < plan.Widths.Length; i++)
        {
            var spec = plan.Model.Inputs[i];
            if (spec.Shape![0] >= 0 && spec.Shape[0] != rows)
                return new RequestFault($"The model takes exactly {spec.Shape[0]} rows at a time, {rows} given.");
            into.Input(i).Reshape(rows, spec.Shape.AsSpan(1));
        }
        for (var i = 0; i < plan.Model.Outputs.Length; i++)
            into.Want(i, false);
        return null;
    }
}
