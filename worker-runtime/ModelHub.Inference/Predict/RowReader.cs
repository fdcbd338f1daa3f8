using System.Buffers;
using System.Text.Json;

namespace ModelHub.Inference.Predict;

/// <summary>Reads one row.</summary>
internal static class RowReader
{
    /// <param name="reader">stands on the object's start</param>
    public static RequestFault? Read(ref Utf8JsonReader reader, FieldPlan plan, int row, InferRequest into)
    {
        for (var i = 0; i < plan.Widths.Length; i++)
            into.Input(i).Extend(plan.Model.Inputs[i].Datatype, (row + 1) * plan.Widths[i]);

        var given = ArrayPool<bool>.Shared.Rent(plan.Fields.Length);
        given.AsSpan(0, plan.Fields.Length).Clear();
        try
        {
            // Rows usually name their fields in one order: the next field is tried first.
            for (var next = 0; reader.Read() && reader.TokenType == JsonTokenType.PropertyName; next++)
            {
                var index = Find(ref reader, plan.Fields, next);
                if (index < 0)
                    return new RequestFault($"Row {row} has the field {RequestFault.Quote(reader.GetString()!)}, which the model does not take; it takes {Names(plan)}.");
                if (given[index])
                    return new RequestFault($"Row {row} gives the field '{plan.Fields[index].Name}' twice.");
                given[index] = true;
                if (Value(ref reader, plan, plan.Fields[index], row, into) is { } fault)
                    return fault;
            }
            var missing = given.AsSpan(0, plan.Fields.Length).IndexOf(false);
            return missing < 0 ? null : new RequestFault($"Row {row} lacks the field '{plan.Fields[missing].Name}'.");
        }
        finally
        {
            ArrayPool<bool>.Shared.Return(given);
        }
    }

    private static int Find(ref Utf8JsonReader reader, Field[] fields, int first)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var index = (first + i) % fields.Length;
            if (reader.ValueTextEquals(fields[index].NameUtf8))
                return index;
        }
        return -1;
    }

    private static RequestFault? Value(ref Utf8JsonReader reader, FieldPlan plan, Field field, int row, InferRequest into)
    {
        var tensor = into.Input(field.Input);
        var at = row * plan.Widths[field.Input] + field.Column;
        reader.Read();
        if (field.Width == 1)
            return JsonElementReader.TryRead(ref reader, tensor, at) ? null : Wrong(ref reader, tensor, field, row);
        if (reader.TokenType != JsonTokenType.StartArray)
            return new RequestFault($"The field '{field.Name}' of row {row} must be an array of {field.Width} values.");
        var taken = 0;
        for (; reader.Read() && reader.TokenType != JsonTokenType.EndArray; taken++)
            if (taken == field.Width)
                break;
            else if (!JsonElementReader.TryRead(ref reader, tensor, at + taken))
                return Wrong(ref reader, tensor, field, row);
        return taken == field.Width && reader.TokenType == JsonTokenType.EndArray
            ? null
            : new RequestFault($"The field '{field.Name}' of row {row} must be an array of {field.Width} values.");
    }

    private static RequestFault Wrong(ref Utf8JsonReader reader, Tensor tensor, Field field, int row) =>
        new($"The field '{field.Name}' of row {row} is {V2.InputReader.Kind(ref reader)}, expected {tensor.Datatype.Name()}.");

    private static string Names(FieldPlan plan) =>
        string.Join(", ", plan.Fields.Take(100).Select(f => f.Name));
}
