using System.Globalization;
using System.Text;
using System.Text.Json;

namespace ModelHub.Inference.Remote;

/// <summary>An output as another server told it, turned into the elements that the model's signature promises. Reused: <see cref="Begin"/> empties it.</summary>
public sealed class ReceivedTensor : IDisposable
{
    private readonly PooledBuffer data = new();
    private readonly List<nuint> starts = [];
    private nuint[] startsOfText = [];
    private Datatype datatype;

    public long[] Shape { get; private set; } = [];

    public int Elements { get; private set; }

    public OutputTensor Output => datatype == Datatype.Bytes
        ? new OutputTensor(Shape, data.Written.Span, startsOfText)
        : new OutputTensor(Shape, data.Written.Span);

    public void Begin(Datatype of)
    {
        datatype = of;
        data.Clear();
        starts.Clear();
        (Shape, Elements) = ([], 0);
    }

    /// <summary>All elements are there.</summary>
    /// <exception cref="InvalidDataException">they are not as many as the shape says</exception>
    public void End(long[] shape)
    {
        var elements = shape.Aggregate((Int128)1, (product, size) => product * size);
        if (elements != Elements)
            throw new InvalidDataException($"{Elements} values where the shape [{string.Join(',', shape)}] needs {elements}");
        Shape = shape;
        startsOfText = [.. starts];
    }

    /// <summary>One element from its JSON; NaN and infinities also as text.</summary>
    /// <exception cref="InvalidDataException">it is no value of this datatype</exception>
    public void Add(JsonElement value)
    {
        if (!TryAdd(value))
            throw new InvalidDataException($"a value that is no {datatype.Name()}");
        Elements++;
    }

    /// <summary>Elements as they lie in memory, little-endian.</summary>
    public void AddBinary(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length % datatype.Size() != 0)
            throw new InvalidDataException($"{bytes.Length} bytes of {datatype.Name()}");
        bytes.CopyTo(data.GetSpan(bytes.Length));
        data.Advance(bytes.Length);
        Elements += bytes.Length / datatype.Size();
    }

    public void AddText(ReadOnlySpan<byte> utf8)
    {
        Text(utf8);
        Elements++;
    }

    public void Dispose() => data.Dispose();

    private void Text(ReadOnlySpan<byte> utf8)
    {
        if (!System.Text.Unicode.Utf8.IsValid(utf8))
            throw new InvalidDataException("a string that is not UTF-8");
        starts.Add((nuint)data.Count);
        utf8.CopyTo(data.GetSpan(utf8.Length));
        data.Advance(utf8.Length);
    }

    private bool TryAdd(JsonElement value)
    {
        switch (datatype)
        {
            case Datatype.Fp32:
                return TryNumber(value, out var single) && Write(BitConverter.GetBytes((float)single));
            case Datatype.Fp64:
                return TryNumber(value, out var number) && Write(BitConverter.GetBytes(number));
            case Datatype.Bool:
                return value.ValueKind is JsonValueKind.True or JsonValueKind.False && Write([value.GetBoolean() ? (byte)1 : (byte)0]);
            case Datatype.Bytes:
                return TryText(value);
            case Datatype.UInt64:
                return value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var large) && Write(BitConverter.GetBytes(large));
            default:
                return TryWhole(value);
        }
    }

    private bool TryWhole(JsonElement value)
    {
        if (value.ValueKind != JsonValueKind.Number || !value.TryGetInt64(out var whole))
            return false;
        return datatype switch
        {
            Datatype.Int64 => Write(BitConverter.GetBytes(whole)),
            Datatype.Int32 => whole is >= int.MinValue and <= int.MaxValue && Write(BitConverter.GetBytes((int)whole)),
            Datatype.UInt32 => whole is >= 0 and <= uint.MaxValue && Write(BitConverter.GetBytes((uint)whole)),
            Datatype.Int16 => whole is >= short.MinValue and <= short.MaxValue && Write(BitConverter.GetBytes((short)whole)),
            Datatype.UInt16 => whole is >= 0 and <= ushort.MaxValue && Write(BitConverter.GetBytes((ushort)whole)),
            Datatype.Int8 => whole is >= sbyte.MinValue and <= sbyte.MaxValue && Write([(byte)(sbyte)whole]),
            Datatype.UInt8 => whole is >= 0 and <= byte.MaxValue && Write([(byte)whole]),
            _ => false,
        };
    }

    // TensorFlow Serving wraps bytes that are no text: {"b64": "…"}.
    private bool TryText(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Object && value.TryGetProperty("b64", out var coded) && coded.TryGetBytesFromBase64(out var bytes))
            Text(bytes);
        else if (value.ValueKind == JsonValueKind.String)
            Text(Encoding.UTF8.GetBytes(value.GetString()!));
        else
            return false;
        return true;
    }

    private static bool TryNumber(JsonElement value, out double number)
    {
        number = double.NaN;
        return value.ValueKind switch
        {
            JsonValueKind.Number => value.TryGetDouble(out number),
            JsonValueKind.String => value.GetString() is "NaN" or "Infinity" or "-Infinity" && double.TryParse(value.GetString(), CultureInfo.InvariantCulture, out number),
            _ => false,
        };
    }

    private bool Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(data.GetSpan(bytes.Length));
        data.Advance(bytes.Length);
        return true;
    }
}
