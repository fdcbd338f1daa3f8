using System.Buffers;
using System.Buffers.Binary;

namespace ModelHub.Inference.V2;

/// <summary>
/// The binary form of tensors: raw little-endian elements; of strings, four bytes of length before each. BYTES are
/// any bytes here; only JSON asks for text.
/// </summary>
internal static class BinaryData
{
    public static RequestFault? Read(ReadOnlySequence<byte> binary, long size, TensorSpec spec, Tensor tensor, InferRequest into)
    {
        var data = binary.Slice(into.BinaryTaken, size);
        into.BinaryTaken += (int)size;
        if (data.IsSingleSegment)
            return Fill(data.FirstSpan, spec, tensor);
        var whole = ArrayPool<byte>.Shared.Rent((int)size);
        try
        {
            data.CopyTo(whole);
            return Fill(whole.AsSpan(0, (int)size), spec, tensor);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(whole);
        }
    }

    /// <summary>Takes the elements of one tensor whose shape is known.</summary>
    public static RequestFault? Fill(ReadOnlySpan<byte> data, TensorSpec spec, Tensor tensor)
    {
        if (spec.Datatype == Datatype.Bytes)
            return Strings(data, spec, tensor);
        if (data.Length != tensor.Length)
            return new RequestFault($"The input '{spec.Name}' of shape [{string.Join(',', tensor.Shape)}] needs {tensor.Length} bytes, {data.Length} given.");
        data.CopyTo(tensor.Data);
        // A bool other than 0 and 1 is undefined in the runtime.
        if (spec.Datatype == Datatype.Bool && data.ContainsAnyExceptInRange((byte)0, (byte)1))
            return new RequestFault($"The input '{spec.Name}' is BOOL and holds a byte that is neither 0 nor 1.");
        return null;
    }

    /// <returns>bytes that <see cref="Write"/> takes</returns>
    public static long Size(Datatype datatype, in OutputTensor tensor) =>
        datatype == Datatype.Bytes ? tensor.Data.Length + sizeof(int) * (long)tensor.Starts.Length : tensor.Data.Length;

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

    private static RequestFault? Strings(ReadOnlySpan<byte> data, TensorSpec spec, Tensor tensor)
    {
        for (var i = 0; i < tensor.Elements; i++)
        {
            if (data.Length < sizeof(int) || BinaryPrimitives.ReadInt32LittleEndian(data) is var length && (length < 0 || length > data.Length - sizeof(int)))
                return new RequestFault($"The binary data of the input '{spec.Name}' end within string {i} of {tensor.Elements}.");
            data.Slice(sizeof(int), length).CopyTo(tensor.Room(length));
            tensor.Piece(i, length);
            data = data[(sizeof(int) + length)..];
        }
        return data.IsEmpty ? null : new RequestFault($"The binary data of the input '{spec.Name}' go on after its {tensor.Elements} strings.");
    }
}
