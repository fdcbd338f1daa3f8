using System.Buffers;
using System.Buffers.Binary;

namespace ModelHub.Inference.V2;

/// <summary>
/// The binary form of tensors: raw little-endian elements behind the JSON; of strings, four bytes of length before
/// each.
/// </summary>
internal static class BinaryData
{
    public static RequestFault? Read(ReadOnlySequence<byte> binary, long size, TensorSpec spec, Tensor tensor, InferRequest into)
    {
        if (size > binary.Length - into.BinaryTaken)
            return new RequestFault($"The input '{spec.Name}' announces {size} bytes of binary data, {binary.Length - into.BinaryTaken} are left.");
        var data = binary.Slice(into.BinaryTaken, size);
        into.BinaryTaken += (int)size;
        if (spec.Datatype == Datatype.Bytes)
            return Strings(new SequenceReader<byte>(data), spec, tensor);
        if (size != tensor.Length)
            return new RequestFault($"The input '{spec.Name}' of shape [{string.Join(',', tensor.Shape)}] needs {tensor.Length} bytes, {size} given.");
        data.CopyTo(tensor.Data);
        // A bool other than 0 and 1 is undefined in the runtime.
        if (spec.Datatype == Datatype.Bool && tensor.Data.ContainsAnyExceptInRange((byte)0, (byte)1))
            return new RequestFault($"The input '{spec.Name}' is BOOL and holds a byte that is neither 0 nor 1.");
        return null;
    }

    public static void Write(PooledBuffer to, Datatype datatype, in OutputTensor tensor)
    {
        if (datatype != Datatype.Bytes)
        {
            to.Write(tensor.Data);
            return;
        }
        for (var i = 0; i < tensor.Starts.Length; i++)
        {
            var text = tensor.Text(i);
            BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), text.Length);
            to.Advance(4);
            to.Write(text);
        }
    }

    private static RequestFault? Strings(SequenceReader<byte> reader, TensorSpec spec, Tensor tensor)
    {
        for (var i = 0; i < tensor.Elements; i++)
        {
            if (!reader.TryReadLittleEndian(out int length) || length < 0 || length > reader.Remaining)
                return new RequestFault($"The binary data of the input '{spec.Name}' end within string {i} of {tensor.Elements}.");
            reader.TryCopyTo(tensor.Room(length));
            reader.Advance(length);
            if (!System.Text.Unicode.Utf8.IsValid(tensor.Room(length)))
                return new RequestFault($"String {i} of the input '{spec.Name}' is not valid UTF-8.");
            tensor.Piece(i, length);
        }
        return reader.End ? null : new RequestFault($"The binary data of the input '{spec.Name}' go on after its {tensor.Elements} strings.");
    }
}
