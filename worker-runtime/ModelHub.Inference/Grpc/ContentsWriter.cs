using System.Runtime.InteropServices;

namespace ModelHub.Inference.Grpc;

/// <summary>Writes InferTensorContents.</summary>
internal static class ContentsWriter
{
    public static void Write(PooledBuffer to, Datatype datatype, in OutputTensor output)
    {
        var (field, wire) = ContentsFields.Of(datatype);
        if (output.Elements == 0)
            return;
        if (wire == Wire.Bytes)
        {
            for (var i = 0; i < output.Starts.Length; i++)
                to.Bytes(field, output.Text(i));
            return;
        }
        if (wire != Wire.Varint)
        {
            to.Bytes(field, output.Data);
            return;
        }
        var bytes = 0L;
        for (var i = 0; i < output.Elements; i++)
            bytes += ProtoWriter.VarintBytes(Whole(datatype, output.Data, i));
        to.Tag(field, Wire.Bytes);
        to.Varint((ulong)bytes);
        for (var i = 0; i < output.Elements; i++)
            to.Varint(Whole(datatype, output.Data, i));
    }

    // Signed numbers are extended to 64 bits, as protobuf writes them.
    private static ulong Whole(Datatype datatype, ReadOnlySpan<byte> data, int element) => datatype switch
    {
        Datatype.Int8 => (ulong)(sbyte)data[element],
        Datatype.Int16 => (ulong)MemoryMarshal.Cast<byte, short>(data)[element],
        Datatype.UInt16 => MemoryMarshal.Cast<byte, ushort>(data)[element],
        Datatype.Int32 => (ulong)MemoryMarshal.Cast<byte, int>(data)[element],
        Datatype.UInt32 => MemoryMarshal.Cast<byte, uint>(data)[element],
        Datatype.Int64 or Datatype.UInt64 => MemoryMarshal.Cast<byte, ulong>(data)[element],
        _ => data[element],
    };
}
