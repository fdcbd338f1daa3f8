namespace ModelHub.Onnx.Native;

/// <summary>Reads the types the library reports for inputs and outputs.</summary>
internal static unsafe class OrtTypes
{
    /// <param name="info">released here</param>
    public static OnnxType Take(nint info)
    {
        try
        {
            int kind;
            Ort.Check(OrtApi.GetOnnxTypeFromTypeInfo(info, &kind), OnnxFault.Model);
            return (OnnxValueKind)kind switch
            {
                OnnxValueKind.Tensor => Tensor(info),
                OnnxValueKind.Sequence => Sequence(info),
                OnnxValueKind.Map => Map(info),
                var other => new OnnxType.Other(other.ToString()),
            };
        }
        finally
        {
            OrtApi.ReleaseTypeInfo(info);
        }
    }

    private static OnnxType.Tensor Tensor(nint info)
    {
        nint tensor;
        int element;
        nuint rank;
        Ort.Check(OrtApi.CastTypeInfoToTensorInfo(info, &tensor), OnnxFault.Model);
        Ort.Check(OrtApi.GetTensorElementType(tensor, &element), OnnxFault.Model);
        Ort.Check(OrtApi.GetDimensionsCount(tensor, &rank), OnnxFault.Model);
        var shape = new long[rank];
        fixed (long* dimensions = shape)
            Ort.Check(OrtApi.GetDimensions(tensor, dimensions, rank), OnnxFault.Model);
        return new OnnxType.Tensor(OrtElement.From(element), shape);
    }

    private static OnnxType.Sequence Sequence(nint info)
    {
        nint sequence, item;
        Ort.Check(OrtApi.CastTypeInfoToSequenceTypeInfo(info, &sequence), OnnxFault.Model);
        Ort.Check(OrtApi.GetSequenceElementType(sequence, &item), OnnxFault.Model);
        return new OnnxType.Sequence(Take(item));
    }

    private static OnnxType.Map Map(nint info)
    {
        nint map, value;
        int key;
        Ort.Check(OrtApi.CastTypeInfoToMapTypeInfo(info, &map), OnnxFault.Model);
        Ort.Check(OrtApi.GetMapKeyType(map, &key), OnnxFault.Model);
        Ort.Check(OrtApi.GetMapValueType(map, &value), OnnxFault.Model);
        return new OnnxType.Map(OrtElement.From(key), Take(value));
    }
}
