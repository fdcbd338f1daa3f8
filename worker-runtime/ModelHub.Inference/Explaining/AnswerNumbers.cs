using System.Globalization;
using System.Runtime.InteropServices;

namespace ModelHub.Inference.Explaining;

/// <summary>One number that each row is answered with.</summary>
/// <param name="Output">name of the output</param>
/// <param name="Class">its label or place in the output; null when the output is one number</param>
public sealed record AnsweredNumber(string Output, string? Class);

/// <summary>The numbers among the outputs of a model: those of floating point when there are any, else whole ones; never texts.</summary>
public sealed class AnswerNumbers
{
    private readonly ModelSpec model;
    private readonly int[] outputs;
    private int[] widths = [];

    private AnswerNumbers(ModelSpec model, int[] outputs) => (this.model, this.outputs) = (model, outputs);

    /// <summary>Indexes of the outputs in the model.</summary>
    public IReadOnlyList<int> Outputs => outputs;

    /// <summary>Known after the first rows were read.</summary>
    public AnsweredNumber[] Numbers { get; private set; } = [];

    /// <returns>null when a model answers no numbers</returns>
    public static AnswerNumbers? Of(ModelSpec model)
    {
        int[] Where(Func<Datatype, bool> of) => [.. Enumerable.Range(0, model.Outputs.Length).Where(i => of(model.Outputs[i].Datatype))];
        var floats = Where(d => d is Datatype.Fp32 or Datatype.Fp64 or Datatype.Fp16);
        var outputs = floats.Length > 0 ? floats : Where(d => d is not (Datatype.Bytes or Datatype.Unknown or Datatype.Bf16));
        return outputs.Length == 0 ? null : new AnswerNumbers(model, outputs);
    }

    /// <returns>row by row, all numbers of a row together; null when an output has not one row for each, or a number is not finite</returns>
    public double[]? Read(int rows, Predict.OutputAt output)
    {
        var seen = new int[outputs.Length];
        for (var i = 0; i < outputs.Length; i++)
        {
            var tensor = output(outputs[i]);
            if (tensor.Shape is not [var first, ..] || first != rows || tensor.Elements % rows != 0)
                return null;
            seen[i] = tensor.Elements / rows;
        }
        if (Numbers.Length == 0)
            Name(seen);
        if (!seen.AsSpan().SequenceEqual(widths))
            return null;
        var numbers = new double[rows * Numbers.Length];
        var column = 0;
        for (var i = 0; i < outputs.Length; column += widths[i++])
            for (int row = 0, data = 0; row < rows; row++)
                for (var c = 0; c < widths[i]; c++, data++)
                    if (Number(output(outputs[i]).Data, model.Outputs[outputs[i]].Datatype, data) is var number && double.IsFinite(number))
                        numbers[row * Numbers.Length + column + c] = number;
                    else
                        return null;
        return numbers;
    }

    private void Name(int[] seen)
    {
        widths = seen;
        Numbers = [.. outputs.SelectMany((output, i) => Enumerable.Range(0, seen[i]).Select(c => new AnsweredNumber(
            model.Outputs[output].Name,
            seen[i] == 1 ? null : model.Outputs[output].Labels is { } labels && labels.Length == seen[i] ? labels[c] : c.ToString(CultureInfo.InvariantCulture))))];
    }

    private static double Number(ReadOnlySpan<byte> data, Datatype datatype, int at) => datatype switch
    {
        Datatype.Fp32 => MemoryMarshal.Cast<byte, float>(data)[at],
        Datatype.Fp64 => MemoryMarshal.Cast<byte, double>(data)[at],
        Datatype.Fp16 => (double)MemoryMarshal.Cast<byte, Half>(data)[at],
        Datatype.Int64 => MemoryMarshal.Cast<byte, long>(data)[at],
        Datatype.Int32 => MemoryMarshal.Cast<byte, int>(data)[at],
        Datatype.Int16 => MemoryMarshal.Cast<byte, short>(data)[at],
        Datatype.Int8 => (sbyte)data[at],
        Datatype.UInt64 => MemoryMarshal.Cast<byte, ulong>(data)[at],
        Datatype.UInt32 => MemoryMarshal.Cast<byte, uint>(data)[at],
        Datatype.UInt16 => MemoryMarshal.Cast<byte, ushort>(data)[at],
        _ => data[at],
    };
}
