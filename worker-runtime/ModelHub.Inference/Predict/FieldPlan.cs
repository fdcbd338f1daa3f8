using System.Text;

namespace ModelHub.Inference.Predict;

/// <summary>Where the value of a named field goes: a column of an input.</summary>
/// <param name="Width">values the field takes; more than one only for inputs whose columns have no names</param>
internal sealed record Field(string Name, int Input, int Column, int Width)
{
    public byte[] NameUtf8 { get; } = Encoding.UTF8.GetBytes(Name);
}

/// <summary>
/// The fields of a row, from the signature: an input of one column is a field of its name; the columns of wider
/// inputs are named by the model's features, in order; without features such an input is one field that takes an
/// array.
/// </summary>
public sealed class FieldPlan
{
    private FieldPlan(ModelSpec model, Field[] fields, int[] widths)
    {
        Model = model;
        Fields = fields;
        Widths = widths;
    }

    public ModelSpec Model { get; }

    internal Field[] Fields { get; }

    /// <summary>Columns of each input.</summary>
    internal int[] Widths { get; }

    /// <returns>null when the model has an input that rows cannot fill: <paramref name="fault"/> says which</returns>
    public static FieldPlan? Of(ModelSpec model, out RequestFault? fault)
    {
        fault = null;
        var widths = new int[model.Inputs.Length];
        for (var i = 0; i < widths.Length; i++)
        {
            var spec = model.Inputs[i];
            if (!spec.Datatype.HasJson() || spec.Shape is null or [] || spec.Shape[1..].Any(d => d < 0))
            {
                fault = new RequestFault($"The input '{spec.Name}' ({spec.Datatype.Name()}, {spec.ShapeText}) cannot be filled from rows; use the V2 protocol.");
                return null;
            }
            widths[i] = (int)spec.Shape[1..].Aggregate(1L, (a, b) => a * b);
        }
        return new FieldPlan(model, [.. Columns(model, widths)], widths);
    }

    private static IEnumerable<Field> Columns(ModelSpec model, int[] widths)
    {
        // Features name all columns of all inputs, or only those of the wide ones; else they are not about the inputs.
        var names = model.Features ?? [];
        var nameAll = names.Length == widths.Sum();
        var nameWide = nameAll || names.Length == widths.Where(w => w > 1).Sum();
        var named = 0;
        for (var i = 0; i < widths.Length; i++)
        {
            if (nameWide && (nameAll || widths[i] > 1))
                for (var column = 0; column < widths[i]; column++)
                    yield return new Field(names[named++], i, column, 1);
            else
                yield return new Field(model.Inputs[i].Name, i, 0, widths[i]);
        }
    }
}
