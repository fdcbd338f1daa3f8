using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using System.Text.Json;
using ModelHub.Inference;

namespace ModelHub.Router.Comparing;

/// <summary>Reads the outputs of a V2 answer, whose data stand in the JSON, flat or nested, or follow it in binary.</summary>
internal static class ReadTensors
{
    /// <exception cref="InvalidDataException">not what the protocol says; other exceptions of JSON for wrong kinds</exception>
    public static List<ReadOutput> Of(JsonElement outputs, ReadOnlyMemory<byte> binary)
    {
        var read = new List<ReadOutput>();
        foreach (var output in outputs.EnumerateArray())
        {
            var datatype = Datatypes.Of(output.GetProperty("datatype").GetString() ?? "");
            var size = Parameter(output, "binary_data_size") is { } bytes ? bytes.GetInt32() : -1;
            if (size > binary.Length)
                throw new InvalidDataException("binary data beyond the body");
            read.Add(Output(output, datatype, size < 0 ? default(ReadOnlyMemory<byte>?) : binary[..size]));
            binary = size < 0 ? binary : binary[size..];
        }
        return read;
    }

    private static ReadOutput Output(JsonElement output, Datatype datatype, ReadOnlyMemory<byte>? binary)
    {
        var values = new Values(datatype);
        if (binary is { } raw)
            values.AddBinary(raw.Span);
        else
            values.Add(output.GetProperty("data"));
        var first = output.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()).FirstOrDefault(1);
        var rows = first > 0 && first <= values.Count && values.Count % first == 0 ? (int)first : 1;
        string[]? labels = Parameter(output, "labels") is { ValueKind: JsonValueKind.Array } names ? [.. names.EnumerateArray().Select(name => name.ToString())] : null;
        return values.Of(output.GetProperty("name").GetString() ?? "", rows, labels);
    }

    private static JsonElement? Parameter(JsonElement output, string name) =>
        output.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var value) ? value : null;

    /// <summary>Elements as they come.</summary>
    private sealed class Values(Datatype datatype)
    {
        private readonly List<double> numbers = [];
        private readonly List<string> texts = [];

        public int Count => IsText ? texts.Count : numbers.Count;

        private bool IsText => datatype == Datatype.Bytes;

        private bool IsFraction => datatype is Datatype.Fp16 or Datatype.Bf16 or Datatype.Fp32 or Datatype.Fp64;

        public ReadOutput Of(string name, int rows, string[]? labels) =>
            new(name, rows, Count / rows, IsText ? null : [.. numbers], IsFraction ? null : [.. texts], labels);

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
}
