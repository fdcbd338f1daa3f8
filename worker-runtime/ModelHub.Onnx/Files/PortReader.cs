namespace ModelHub.Onnx.Files;

/// <summary>Reads the name and type of an input or output.</summary>
internal static class PortReader
{
    // sequence(map(int64, sequence(...))) and the like: nothing real goes deeper.
    private const int TypeDepth = 8;

    public static OnnxPort Read(ProtobufReader port, OnnxFileLimits limits)
    {
        var name = "";
        OnnxType type = new OnnxType.Other("untyped");
        while (port.Next())
        {
            switch (port.Field)
            {
                case ValueInfo.Name:
                    name = port.Text(limits.NameBytes);
                    break;
                case ValueInfo.Type:
                    type = Type(port.Message(), limits, 1);
                    break;
                default:
                    port.Skip();
                    break;
            }
        }
        return name.Length > 0 ? new OnnxPort(name, type) : throw port.Broken("an input or output without a name");
    }

    private static OnnxType Type(ProtobufReader type, OnnxFileLimits limits, int depth)
    {
        if (depth > TypeDepth)
            throw type.Broken($"types nested deeper than {TypeDepth}");
        OnnxType read = new OnnxType.Other("untyped");
        while (type.Next())
        {
            switch (type.Field)
            {
                case TypeInfo.Tensor:
                    read = Tensor(type.Message(), limits);
                    break;
                case TypeInfo.Sequence:
                    read = new OnnxType.Sequence(Parts(type.Message(), SequenceTypeInfo.Item, limits, depth).Inner);
                    break;
                case TypeInfo.Optional:
                    read = new OnnxType.Optional(Parts(type.Message(), SequenceTypeInfo.Item, limits, depth).Inner);
                    break;
                case TypeInfo.Map:
                    var (key, value) = Parts(type.Message(), MapTypeInfo.Value, limits, depth);
                    read = new OnnxType.Map(key, value);
                    break;
                case TypeInfo.SparseTensor:
                    type.Skip();
                    read = new OnnxType.Other("sparse tensor");
                    break;
                default:
                    type.Skip();
                    break;
            }
        }
        return read;
    }

    private static (ElementType Key, OnnxType Inner) Parts(ProtobufReader outer, int field, OnnxFileLimits limits, int depth)
    {
        var key = ElementType.Undefined;
        OnnxType inner = new OnnxType.Other("untyped");
        while (outer.Next())
        {
            if (outer.Field == field)
                inner = Type(outer.Message(), limits, depth + 1);
            else if (outer.Field == MapTypeInfo.Key)
                key = (ElementType)outer.Number();
            else
                outer.Skip();
        }
        return (key, inner);
    }

    private static OnnxType.Tensor Tensor(ProtobufReader tensor, OnnxFileLimits limits)
    {
        var element = ElementType.Undefined;
        long[]? shape = null;
        while (tensor.Next())
        {
            if (tensor.Field == TensorTypeInfo.Element)
                element = (ElementType)tensor.Number();
            else if (tensor.Field == TensorTypeInfo.Shape)
                shape = Shape(tensor.Message(), limits);
            else
                tensor.Skip();
        }
        return new OnnxType.Tensor(element, shape);
    }

    private static long[] Shape(ProtobufReader shape, OnnxFileLimits limits)
    {
        List<long> sizes = [];
        while (shape.Next())
        {
            if (shape.Field != ShapeInfo.Dimension)
            {
                shape.Skip();
                continue;
            }
            sizes.Add(Dimension(shape.Message()));
            if (sizes.Count > limits.Rank)
                throw shape.Broken($"more than {limits.Rank} dimensions");
        }
        return [.. sizes];
    }

    private static long Dimension(ProtobufReader dimension)
    {
        long size = -1;
        while (dimension.Next())
        {
            if (dimension.Field != DimensionInfo.Value)
            {
                dimension.Skip();
                continue;
            }
            // Some exporters write -1 for "any". Of a size of 0 there are no elements, as ONNX Runtime reads it.
            var given = dimension.Number();
            size = given >= 0 ? given : -1;
        }
        return size;
    }
}
