using System.Text.Json;

namespace ModelHub.Inference.Remote;

/// <summary>Tensors as arrays within arrays, the way TensorFlow Serving and TorchServe write them.</summary>
public static class NestedJson
{
    private const int MostDimensions = 32;

    public static void Write(Utf8JsonWriter json, Tensor tensor)
    {
        var from = 0;
        Write(json, tensor, AsOutput(tensor), 0, ref from);
    }

    /// <summary>One element of the first dimension of a tensor, with all below it.</summary>
    public static void WriteRow(Utf8JsonWriter json, Tensor tensor, int row)
    {
        var from = tensor.Shape[0] == 0 ? 0 : row * (int)(tensor.Elements / tensor.Shape[0]);
        Write(json, tensor, AsOutput(tensor), 1, ref from);
    }

    /// <exception cref="InvalidDataException">the arrays are not even, or hold what is not of the datatype</exception>
    public static void Read(JsonElement value, Datatype datatype, ReceivedTensor into)
    {
        into.Begin(datatype);
        var shape = new List<long>();
        for (var at = value; at.ValueKind == JsonValueKind.Array; at = at[0])
        {
            shape.Add(at.GetArrayLength());
            if (shape.Count > MostDimensions)
                throw new InvalidDataException($"more than {MostDimensions} dimensions");
            if (at.GetArrayLength() == 0)
                break;
        }
        Read(value, [.. shape], 0, into);
        into.End([.. shape]);
    }

    internal static OutputTensor AsOutput(Tensor tensor)
    {
        if (tensor.Datatype != Datatype.Bytes)
            return new OutputTensor(tensor.Shape, tensor.Data);
        var starts = new nuint[tensor.Elements];
        for (var i = 0; i < starts.Length; i++)
            starts[i] = (nuint)tensor.Pieces[i].Start;
        return new OutputTensor(tensor.Shape, tensor.Data, starts);
    }

    private static void Write(Utf8JsonWriter json, Tensor tensor, in OutputTensor output, int dimension, ref int from)
    {
        if (dimension == tensor.Shape.Length)
        {
            JsonElementWriter.Write(json, tensor.Datatype, output, from++, 1);
            return;
        }
        json.WriteStartArray();
        for (var i = 0; i < tensor.Shape[dimension]; i++)
            Write(json, tensor, output, dimension + 1, ref from);
        json.WriteEndArray();
    }

    private static void Read(JsonElement value, long[] shape, int dimension, ReceivedTensor into)
    {
        if (dimension == shape.Length)
        {
            into.Add(value);
            return;
        }
        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != shape[dimension])
            throw new InvalidDataException("arrays of different lengths in one tensor");
        foreach (var part in value.EnumerateArray())
            Read(part, shape, dimension + 1, into);
    }
}
