namespace ModelHub.Inference;

/// <summary>A request made from nothing but the signature: one row of zeros and empty strings, 1 for every open dimension.</summary>
public static class MadeUpRow
{
    private const long MostElements = 64 * 1024 * 1024;

    /// <returns>false when an input is too large to be made up</returns>
    public static bool Fill(ModelSpec model, InferRequest into)
    {
        into.Prepare(model);
        for (var i = 0; i < model.Inputs.Length; i++)
        {
            var spec = model.Inputs[i];
            long[] shape = [.. (spec.Shape ?? [1]).Select(size => size < 0 ? 1 : size)];
            var elements = shape.Aggregate((Int128)1, (product, size) => product * size);
            if (elements > MostElements)
                return false;
            Zero(into.Input(i), spec.Datatype, shape, (int)elements);
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
}
