using System.Text;

namespace ModelHub.Inference.Predict;

/// <summary>A row of values that the data a model was made from had, field by field; other fields are made up.</summary>
public static class SampledRow
{
    /// <param name="number">of the row: each has other values, as far as there are</param>
    /// <returns>false when no field of the model is known from the data, or an input is too large to be made up</returns>
    public static bool Fill(FieldPlan plan, IReadOnlyList<SeenValues> seen, int number, InferRequest into)
    {
        if (!MadeUpRow.Fill(plan.Model, into))
            return false;
        var byName = seen.ToDictionary(s => s.Name, StringComparer.Ordinal);
        var known = 0;
        for (var i = 0; i < plan.Fields.Length; i++)
        {
            var field = plan.Fields[i];
            // Not all fields at their smallest in one row and at their largest in another.
            if (byName.TryGetValue(field.Name, out var values) && Fill(into.Input(field.Input), field, values, number + i))
                known++;
        }
        return known > 0;
    }

    private static bool Fill(Tensor tensor, Field field, SeenValues seen, int number)
    {
        for (var at = field.Column; at < field.Column + field.Width; at++)
            if (tensor.Datatype == Datatype.Bytes && seen.Texts is { Length: > 0 } texts)
                Write(tensor, at, texts[number % texts.Length]);
            else if (tensor.Datatype == Datatype.Bool && seen.Texts is { Length: > 0 } words)
                ElementNumber.Write(tensor, at, bool.TryParse(words[number % words.Length], out var yes) && yes ? 1 : 0);
            else if (tensor.Datatype != Datatype.Bytes && seen.Numbers is { Length: > 0 } numbers)
                ElementNumber.Write(tensor, at, numbers[number % numbers.Length]);
            else
                return false;
        return true;
    }

    private static void Write(Tensor tensor, int element, string text)
    {
        var room = tensor.Room(Encoding.UTF8.GetByteCount(text));
        tensor.Piece(element, Encoding.UTF8.GetBytes(text, room));
    }
}
