using System.Text;

namespace ModelHub.Cli.Demo;

/// <summary>
/// A copy of a model that loads like it, says of itself what it says, and fails on every request: its graph gets one more step,
/// which looks up what is not there. Field numbers are those of onnx.proto3.
/// </summary>
internal static class FailingCopy
{
    private const byte Graph = 7;
    private const int Int64 = 7;

    /// <param name="value">An output of the model, of one dimension or more.</param>
    /// <param name="elements">The ONNX number of its datatype.</param>
    public static byte[] Of(byte[] onnx, string value, int elements)
    {
        using var copy = new MemoryStream();
        for (var at = 0; at < onnx.Length;)
        {
            var (start, key) = (at, (int)ReadNumber(onnx, ref at));
            if ((key & 7) == 0)
                ReadNumber(onnx, ref at);
            else if ((key & 7) != 2)
                throw new InvalidDataException("The model is no ONNX file.");
            else
            {
                var length = (int)ReadNumber(onnx, ref at);
                at += length;
                if (key >> 3 == Graph)
                {
                    copy.Write(Field(Graph, [.. onnx[(at - length)..at], .. Step(value, elements)]));
                    continue;
                }
            }
            copy.Write(onnx, start, at - start);
        }
        return copy.ToArray();
    }

    /// <summary>Gather(value, [2^40]) as one more output, so that it cannot be left out.</summary>
    private static byte[] Step(string value, int elements)
    {
        byte[] node = [.. Text(1, value), .. Text(1, "nowhere"), .. Text(2, "looked_up"), .. Text(4, "Gather")];
        byte[] nowhere = [.. Number(1, 1), .. Number(2, Int64), .. Text(8, "nowhere"), .. Field(9, BitConverter.GetBytes(1L << 40))];
        byte[] type = [.. Number(1, elements), .. Field(2, Field(1, Number(1, 1)))];
        byte[] output = [.. Text(1, "looked_up"), .. Field(2, Field(1, type))];
        return [.. Field(1, node), .. Field(5, nowhere), .. Field(12, output)];
    }

    private static byte[] Text(int field, string text) => Field(field, Encoding.UTF8.GetBytes(text));

    private static byte[] Field(int field, byte[] bytes) => [.. Number((field << 3) | 2), .. Number(bytes.Length), .. bytes];

    private static byte[] Number(int field, long value) => [.. Number(field << 3), .. Number(value)];

    private static List<byte> Number(long value)
    {
        var bytes = new List<byte>();
        for (; value > 0x7F; value >>= 7)
            bytes.Add((byte)(value | 0x80));
        bytes.Add((byte)value);
        return bytes;
    }

    private static long ReadNumber(byte[] bytes, ref int at)
    {
        var (value, shift) = (0L, 0);
        for (; ; shift += 7)
        {
            var next = bytes[at++];
            value |= (long)(next & 0x7F) << shift;
            if (next < 0x80)
                return value;
        }
    }
}
