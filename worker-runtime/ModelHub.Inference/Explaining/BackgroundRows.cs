using System.Globalization;
using System.Text;
using ModelHub.Inference.Predict;

namespace ModelHub.Inference.Explaining;

/// <summary>What columns are replaced by that are taken as unknown: rows of the data a version was made from.</summary>
/// <param name="Kind">where they come from</param>
public sealed record BackgroundRows(InferRequest Rows, int Count, BackgroundKind Kind)
{
    /// <summary>Drawn column by column when there are no whole rows.</summary>
    private const int Drawn = 100;

    /// <returns>null when nothing is known of a field</returns>
    public static BackgroundRows? Of(FieldPlan plan, IReadOnlyList<SeenValues> seen, int seed)
    {
        var byName = seen.DistinctBy(s => s.Name).ToDictionary(s => s.Name, StringComparer.Ordinal);
        var fields = plan.Fields.Select(f => byName.GetValueOrDefault(f.Name)).ToArray();
        var rows = fields.Max(f => f?.Sample.Length ?? 0);
        var whole = fields.Count(f => f is not null && rows > 0 && f.Sample.Length == rows);
        if (rows == 0)
            rows = Drawn;

        var into = new InferRequest();
        into.Prepare(plan.Model);
        for (var i = 0; i < plan.Widths.Length; i++)
        {
            into.Input(i).Extend(plan.Model.Inputs[i].Datatype, rows * plan.Widths[i]);
            into.Input(i).Reshape(rows, plan.Model.Inputs[i].Shape.AsSpan(1));
        }
        var random = new Random(seed);
        // Row by row, as texts are written one behind the other.
        for (var row = 0; row < rows; row++)
            for (var i = 0; i < fields.Length; i++)
                if (plan.Fields[i].Width != 1 || fields[i] is not { } field || !Fill(into.Input(plan.Fields[i].Input), row * plan.Widths[plan.Fields[i].Input] + plan.Fields[i].Column, field, row, random))
                    return null;
        return new(into, rows, whole == fields.Length ? BackgroundKind.Rows : whole > 0 ? BackgroundKind.Mixed : BackgroundKind.Marginals);
    }

    private static bool Fill(Tensor tensor, int at, SeenValues field, int row, Random random)
    {
        if (row < field.Sample.Length)
            return Write(tensor, at, field.Sample[row]);
        if (tensor.Datatype is Datatype.Bytes or Datatype.Bool)
            return field.Texts.Length > 0 && Write(tensor, at, field.Texts[random.Next(field.Texts.Length)]);
        if (field.Numbers.Length == 0)
            return false;
        ElementNumber.Write(tensor, at, field.Numbers[random.Next(field.Numbers.Length)]);
        return true;
    }

    /// <param name="text">null where the data had no value</param>
    private static bool Write(Tensor tensor, int at, string? text)
    {
        switch (tensor.Datatype)
        {
            case Datatype.Bytes:
                text ??= "";
                var room = tensor.Room(Encoding.UTF8.GetByteCount(text));
                tensor.Piece(at, Encoding.UTF8.GetBytes(text, room));
                return true;
            case Datatype.Bool:
                ElementNumber.Write(tensor, at, text is not null && (bool.TryParse(text, out var yes) ? yes : text == "1") ? 1 : 0);
                return true;
            case Datatype.Fp32 or Datatype.Fp64:
                ElementNumber.Write(tensor, at, text is null ? double.NaN : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? number : double.NaN);
                return true;
            default:
                // Whole numbers have nothing that stands for missing.
                if (!double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var whole) || !double.IsFinite(whole))
                    return false;
                ElementNumber.Write(tensor, at, whole);
                return true;
        }
    }
}

public enum BackgroundKind
{
    /// <summary>Whole rows of the data.</summary>
    Rows,

    /// <summary>Some columns together as they were in rows, others drawn by themselves.</summary>
    Mixed,

    /// <summary>Every column drawn by itself: combinations that the data never had.</summary>
    Marginals,
}
