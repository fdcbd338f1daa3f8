using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelHub.Inference.Predict;

namespace ModelHub.Inference.Explaining;

/// <summary>One value of a row: what an explanation gives a share to.</summary>
/// <param name="Name">of the field; with its place where a field takes several values</param>
/// <param name="Input">of the model</param>
/// <param name="Column">of the input</param>
public sealed record Player(string Name, int Input, int Column)
{
    public static Player[] Of(FieldPlan plan) =>
    [
        .. plan.Fields.SelectMany(f => Enumerable.Range(0, f.Width).Select(i =>
            new Player(f.Width == 1 ? f.Name : string.Create(CultureInfo.InvariantCulture, $"{f.Name}[{i}]"), f.Input, f.Column + i))),
    ];

    /// <summary>Its value in a row, as a number; of text, 0.</summary>
    public double Number(FieldPlan plan, InferRequest rows, int row) =>
        rows.Input(Input) is var tensor && tensor.Datatype == Datatype.Bytes ? 0 : ElementNumber.Read(tensor, row * plan.Widths[Input] + Column);

    /// <summary>Its value in a row, as text; null for numbers.</summary>
    public string? Text(FieldPlan plan, InferRequest rows, int row)
    {
        var tensor = rows.Input(Input);
        if (tensor.Datatype != Datatype.Bytes)
            return null;
        var (start, length) = tensor.Pieces[row * plan.Widths[Input] + Column];
        return Encoding.UTF8.GetString(tensor.Memory, start, length);
    }

    public void Write(Utf8JsonWriter json, FieldPlan plan, InferRequest rows, int row)
    {
        var number = Number(plan, rows, row);
        if (Text(plan, rows, row) is { } text)
            json.WriteStringValue(text);
        else if (rows.Input(Input).Datatype == Datatype.Bool)
            json.WriteBooleanValue(number != 0);
        else if (!double.IsFinite(number))
            json.WriteStringValue(double.IsNaN(number) ? "NaN" : number > 0 ? "Infinity" : "-Infinity");
        else if (rows.Input(Input).Datatype == Datatype.Fp32)
            json.WriteNumberValue((float)number);
        else
            json.WriteNumberValue(number);
    }
}
