using System.Runtime.InteropServices;

namespace ModelHub.Inference;

/// <summary>A request made from nothing but the signature: one row, 1 for every open dimension.</summary>
public static class MadeUpRow
{
    private const long MostElements = 64 * 1024 * 1024;

    /// <param name="seed">of random numbers of floating point between 0 and 1; zeros without, as all else: false, empty strings</param>
    /// <returns>false when an input is too large to be made up</returns>
    public static bool Fill(ModelSpec model, InferRequest into, int? seed = null)
    {
        into.Prepare(model);
        var random = seed is { } some ? new Random(some) : null;
        for (var i = 0; i < model.Inputs.Length; i++)
        {
            var spec = model.Inputs[i];
            long[] shape = [.. (spec.Shape ?? [1]).Select(size => size < 0 ? 1 : size)];
            var elements = shape.Aggregate((Int128)1, (product, size) => product * size);
            if (elements > MostElements)
                return false;
            Zero(into.Input(i), spec.Datatype, shape, (int)elements);
            if (random is not null)
                Numbers(into.Input(i), random);
        }
        for (var i = 0; i < model.Outputs.Length; i++)
            into.Want(i, asBinary: true);
        return true;
    }

    private static void Zero(Tensor tensor, Datatype datatype, long[] shape, int elements)
    {
        tensor.Shapen(datatype, shape, elements);
        if (datatype != Datatype.Bytes)
        {
            tensor.Data.Clear();
            return;
        }
        for (var i = 0; i < elements; i++)
            tensor.Piece(i, 0);
    }

    private static void Numbers(Tensor tensor, Random random)
    {
        if (tensor.Datatype == Datatype.Fp32)
            foreach (ref var value in MemoryMarshal.Cast<byte, float>(tensor.Data))
                value = random.NextSingle();
        else if (tensor.Datatype == Datatype.Fp64)
            foreach (ref var value in MemoryMarshal.Cast<byte, double>(tensor.Data))
                value = random.NextDouble();
    }
}
