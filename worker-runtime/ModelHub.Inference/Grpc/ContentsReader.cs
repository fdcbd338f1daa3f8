using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace ModelHub.Inference.Grpc;

/// <summary>Reads InferTensorContents: the elements lie in the field of their datatype, packed or one by one.</summary>
internal static class ContentsReader
{
    /// <returns>what is wrong, or null when the tensor is filled</returns>
    public static RequestFault? Fill(ReadOnlySpan<byte> contents, TensorSpec spec, Tensor tensor)
    {
        var (field, wire) = ContentsFields.Of(spec.Datatype);
        if (field == 0)
            return new RequestFault($"The input '{spec.Name}' is {spec.Datatype.Name()}, which only 'raw_input_contents' carry.");
        var element = 0;
        var reader = new ProtoReader(contents);
        while (reader.Next())
        {
            if (reader.Field != field)
                return new RequestFault($"The elements of the input '{spec.Name}' of datatype {spec.Datatype.Name()} belong into '{ContentsFields.NameOf(field)}'.");
            var good = reader.Wire switch
            {
                Wire.Bytes when wire == Wire.Bytes => Text(reader.Bytes(), tensor, ref element),
                Wire.Bytes => Packed(reader.Bytes(), wire, tensor, ref element),
                _ when reader.Wire == wire => One(ref reader, tensor, ref element),
                _ => false,
            };
            if (!good)
                return element > tensor.Elements ? Count(spec, tensor, "more") : new RequestFault($"Value {element} of the input '{spec.Name}' is not a valid {spec.Datatype.Name()}.");
        }
        if (reader.Broken)
            return new RequestFault($"The 'contents' of the input '{spec.Name}' are not a valid protobuf message.");
        return element == tensor.Elements ? null : Count(spec, tensor, $"{element}");
    }

    private static RequestFault Count(TensorSpec spec, Tensor tensor, string given) =>
        new($"The input '{spec.Name}' of shape [{string.Join(',', tensor.Shape)}] needs {tensor.Elements} values, {given} given.");

    private static bool Packed(ReadOnlySpan<byte> packed, Wire wire, Tensor tensor, ref int element)
    {
        if (wire == Wire.Varint)
        {
            var reader = new ProtoReader(packed);
            while (reader.Left > 0)
                if (!Whole(reader.Varint(), tensor, ref element) || reader.Broken)
                    return false;
            return !reader.Broken;
        }
        // Fixed-width elements lie as the tensor wants them.
        var size = wire == Wire.Fixed32 ? 4 : 8;
        var given = packed.Length / size;
        if (packed.Length % size != 0)
            return false;
        if (given > tensor.Elements - element)
        {
            element = tensor.Elements + 1;
            return false;
        }
        packed.CopyTo(tensor.Data[(element * size)..]);
        element += given;
        return true;
    }

    private static bool One(ref ProtoReader reader, Tensor tensor, ref int element)
    {
        if (reader.Wire == Wire.Varint)
            return Whole(reader.Varint(), tensor, ref element);
        Span<byte> bytes = stackalloc byte[8];
        if (reader.Wire == Wire.Fixed32)
            BinaryPrimitives.WriteUInt32LittleEndian(bytes, reader.Fixed32());
        else
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, reader.Fixed64());
        return !reader.Broken && Packed(reader.Wire == Wire.Fixed32 ? bytes[..4] : bytes, reader.Wire, tensor, ref element);
    }

    private static bool Text(ReadOnlySpan<byte> text, Tensor tensor, ref int element)
    {
        if (element == tensor.Elements)
        {
            element++;
            return false;
        }
        text.CopyTo(tensor.Room(text.Length));
        tensor.Piece(element++, text.Length);
        return true;
    }

    // Negative numbers of the signed fields are written as 64 bits, whatever their width.
    private static bool Whole(ulong value, Tensor tensor, ref int element)
    {
        if (element == tensor.Elements)
        {
            element++;
            return false;
        }
        var signed = (long)value;
        var data = tensor.Data;
        switch (tensor.Datatype)
        {
            case Datatype.Bool when value <= 1:
            case Datatype.UInt8 when value <= byte.MaxValue:
            case Datatype.Int8 when signed is >= sbyte.MinValue and <= sbyte.MaxValue:
                data[element] = (byte)value;
                break;
            case Datatype.UInt16 when value <= ushort.MaxValue:
            case Datatype.Int16 when signed is >= short.MinValue and <= short.MaxValue:
                MemoryMarshal.Cast<byte, ushort>(data)[element] = (ushort)value;
                break;
            case Datatype.UInt32 when value <= uint.MaxValue:
            case Datatype.Int32 when signed is >= int.MinValue and <= int.MaxValue:
                MemoryMarshal.Cast<byte, uint>(data)[element] = (uint)value;
                break;
            case Datatype.UInt64 or Datatype.Int64:
                MemoryMarshal.Cast<byte, ulong>(data)[element] = value;
                break;
            default:
                return false;
        }
        element++;
        return true;
    }
}
