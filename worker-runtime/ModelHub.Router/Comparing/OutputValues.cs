using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelHub.Inference;

namespace ModelHub.Router.Comparing;

/// <summary>The elements of one output as they come.</summary>
internal sealed class OutputValues(Datatype datatype)
{
    private readonly List<double> numbers = [];
    private readonly List<string> texts = [];

    public int Count => IsText ? texts.Count : numbers.Count;

    private bool IsText => datatype == Datatype.Bytes;

    private bool IsFraction => datatype is Datatype.Fp16 or Datatype.Bf16 or Datatype.Fp32 or Datatype.Fp64;

    /// <param name="first">the first dimension of its shape; rows are told by it where the elements fit</param>
    public ReadOutput Of(string name, long first, string[]? labels)
    {
        var rows = first > 0 && first <= Count && Count % first == 0 ? (int)first : 1;
        return new(name, rows, Count / rows, IsText ? null : [.. numbers], IsFraction ? null : [.. texts], labels);
    }

    public void Add(JsonElement value)
    {
        if (value.ValueKind == JsonValueKind.Array)
            foreach (var element in value.EnumerateArray())
                Add(element);
        else if (IsText)
            texts.Add(value.GetString() ?? "");
        else if (IsFraction)
            numbers.Add(value.ValueKind == JsonValueKind.String ? double.Parse(value.GetString()!, CultureInfo.InvariantCulture) : value.GetDouble());
        else
            Whole(value.ValueKind switch { JsonValueKind.True => 1, JsonValueKind.False => 0, _ => value.GetDouble() }, value.GetRawText());
    }

    public void Add(double number)
    {
        if (IsFraction)
            numbers.Add(number);
        else
            throw new InvalidDataException("numbers of another type");
    }

    public void Add(string text)
    {
        if (!IsText)
            throw new InvalidDataException("texts of another type");
        texts.Add(text);
    }

    public void AddWhole(Int128 number)
    {
        if (IsText || IsFraction)
            throw new InvalidDataException("whole numbers of another type");
        Whole((double)number, datatype == Datatype.Bool ? number == 0 ? "false" : "true" : number.ToString(CultureInfo.InvariantCulture));
    }

    public void AddBinary(ReadOnlySpan<byte> raw)
    {
        var size = datatype.Size();
        if (!IsText && (size == 0 || raw.Length % size != 0))
            throw new InvalidDataException("binary data that are no elements");
        while (raw.Length > 0)
        {
            var length = IsText ? BinaryPrimitives.ReadInt32LittleEndian(raw.Length < 4 ? throw new InvalidDataException("a text without its length") : raw) : size;
            raw = IsText ? raw[4..] : raw;
            if (length < 0 || length > raw.Length)
                throw new InvalidDataException("a text beyond the data");
            One(raw[..length]);
            raw = raw[length..];
        }
    }

    private void One(ReadOnlySpan<byte> raw)
    {
        switch (datatype)
        {
            case Datatype.Bytes:
                texts.Add(Encoding.UTF8.GetString(raw));
                break;
            case Datatype.Fp16:
                numbers.Add((double)BinaryPrimitives.ReadHalfLittleEndian(raw));
                break;
            case Datatype.Bf16:
                // The upper half of a single.
                numbers.Add(BitConverter.Int32BitsToSingle(BinaryPrimitives.ReadUInt16LittleEndian(raw) << 16));
                break;
            case Datatype.Fp32:
                numbers.Add(BinaryPrimitives.ReadSingleLittleEndian(raw));
                break;
            case Datatype.Fp64:
                numbers.Add(BinaryPrimitives.ReadDoubleLittleEndian(raw));
                break;
            case Datatype.Bool:
                Whole(raw[0], raw[0] == 0 ? "false" : "true");
                break;
            default:
                var whole = Integer(raw);
                Whole((double)whole, whole.ToString(CultureInfo.InvariantCulture));
                break;
        }
    }

    private Int128 Integer(ReadOnlySpan<byte> raw) => datatype switch
    {
        Datatype.UInt8 => raw[0],
        Datatype.UInt16 => BinaryPrimitives.ReadUInt16LittleEndian(raw),
        Datatype.UInt32 => BinaryPrimitives.ReadUInt32LittleEndian(raw),
        Datatype.UInt64 => BinaryPrimitives.ReadUInt64LittleEndian(raw),
        Datatype.Int8 => (sbyte)raw[0],
        Datatype.Int16 => BinaryPrimitives.ReadInt16LittleEndian(raw),
        Datatype.Int32 => BinaryPrimitives.ReadInt32LittleEndian(raw),
        _ => BinaryPrimitives.ReadInt64LittleEndian(raw),
    };

    private void Whole(double number, string text)
    {
        numbers.Add(number);
        texts.Add(text);
    }
}
