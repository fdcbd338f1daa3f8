using System.Text.Json;

namespace ModelHub.Router.Sketching;

/// <summary>
/// Reads the tensors of a V2 request or answer once, from front to back, without a document and without allocating. Whatever order a tensor's members
/// come in, its data are read when all that is needed for them is known.
/// </summary>
internal static class ReadTensors
{
    public const int MostRows = 1 << 16;

    /// <param name="json">length of the JSON; behind it lie binary data</param>
    /// <param name="list">inputs or outputs</param>
    /// <returns>false when it is nothing that can be read; then what was told is to be forgotten</returns>
    /// <exception cref="JsonException">not JSON</exception>
    public static bool Run(ReadOnlySpan<byte> body, int json, ReadOnlySpan<byte> list, IElements into)
    {
        var text = new JsonBody(body[..json]);
        ref var reader = ref text.Reader;
        var binary = body[json..];
        var found = false;
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            return false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var wanted = reader.ValueTextEquals(list);
            reader.Read();
            if (!wanted || reader.TokenType != JsonTokenType.StartArray)
                reader.Skip();
            else
                while (reader.Read() && reader.TokenType == JsonTokenType.StartObject)
                {
                    found = true;
                    if (!Tensor(ref text, ref binary, into))
                        return false;
                }
        }
        return found;
    }

    private static bool Tensor(ref JsonBody text, ref ReadOnlySpan<byte> binary, IElements into)
    {
        var head = new TensorHead { BinarySize = -1, Rows = -1 };
        ref var reader = ref text.Reader;
        JsonBody data = default;
        var (waits, done) = (false, false);
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!reader.ValueTextEquals("data"u8))
            {
                head.Member(ref reader);
                continue;
            }
            reader.Read();
            if (head.IsKnown)
            {
                if (!head.Values(ref text, into))
                    return false;
                done = true;
                continue;
            }
            data = text;
            waits = true;
            reader.Skip();
        }
        if (!head.IsKnown)
            return false;
        if (waits)
            return head.Values(ref data, into);
        if (head.BinarySize < 0)
            return done;
        if (head.BinarySize > binary.Length || !head.Takes(head.BinarySize))
            return false;
        var raw = binary[..head.BinarySize];
        binary = binary[head.BinarySize..];
        return BinaryElements.Read(raw, head.Datatype, head.Begin(into) ? into : null);
    }
}
