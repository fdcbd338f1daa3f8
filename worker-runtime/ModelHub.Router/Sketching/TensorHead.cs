using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Inference.V2;

namespace ModelHub.Router.Sketching;

/// <summary>What a tensor tells of itself beside its data, and the way its data are read by that.</summary>
internal ref struct TensorHead
{
    private static readonly byte[][] Datatypes = [.. Enum.GetValues<Datatype>().Select(type => System.Text.Encoding.UTF8.GetBytes(type == Datatype.Unknown ? "?" : type.Name()))];

    private ReadOnlySpan<byte> name;
    private int width;

    /// <summary>-1 before it is known.</summary>
    public int Rows { get; set; }

    public Datatype Datatype { get; private set; }

    /// <summary>-1: the data stand in the JSON.</summary>
    public int BinarySize { get; set; }

    public readonly bool IsKnown => name.Length > 0 && Datatype != Datatype.Unknown && Rows is >= 0 and <= ReadTensors.MostRows;

    /// <summary>Whether so many bytes are its elements; of texts only they themselves can tell.</summary>
    public readonly bool Takes(int bytes) => Datatype == Datatype.Bytes || bytes == (long)Rows * width * Datatype.Size();

    public readonly bool Begin(IElements into) => into.Begin(name, Rows, width);

    /// <summary>Takes one member, whose name was read, and its value.</summary>
    public void Member(ref Utf8JsonReader reader)
    {
        if (reader.ValueTextEquals("name"u8))
        {
            reader.Read();
            // A name with escapes is none of a column that anybody asked for.
            name = reader.TokenType == JsonTokenType.String && !reader.ValueIsEscaped ? reader.ValueSpan : default;
        }
        else if (reader.ValueTextEquals("shape"u8))
            Shape(ref reader);
        else if (reader.ValueTextEquals("datatype"u8))
        {
            reader.Read();
            Datatype = reader.TokenType == JsonTokenType.String ? DatatypeOf(reader.ValueSpan) : Datatype.Unknown;
        }
        else if (reader.ValueTextEquals("parameters"u8))
            Parameters(ref reader);
        else
        {
            reader.Read();
            reader.Skip();
        }
    }

    /// <summary>Reads the data, flat or nested, to the end of their array.</summary>
    public readonly bool Values(ref JsonBody text, IElements into)
    {
        ref var reader = ref text.Reader;
        if (reader.TokenType != JsonTokenType.StartArray)
            return false;
        if (!Begin(into))
        {
            reader.Skip();
            return true;
        }
        var (depth, index, most) = (reader.CurrentDepth, 0, (long)Rows * width);
        do
        {
            if (reader.TokenType == JsonTokenType.StartArray)
            {
                if ((index = Pass(ref text, index, most, into)) < 0)
                    return false;
            }
            else if (reader.TokenType != JsonTokenType.EndArray && (index >= most || !(JsonTexts.Tell(ref reader, index++, into) || reader.TokenType == JsonTokenType.Null)))
                // Null is a value that is missing.
                return false;
        }
        while (reader.Read() && !(reader.TokenType == JsonTokenType.EndArray && reader.CurrentDepth == depth));
        return index == most;
    }

    /// <summary>Passes numbers up to the last of an array that begins here.</summary>
    /// <returns>the index of the next one; -1 when none follows a comma</returns>
    private static int Pass(ref JsonBody text, int index, long most, IElements into)
    {
        Span<double> room = stackalloc double[64];
        var (first, read) = (index, room.Length);
        while (read == room.Length)
        {
            read = JsonNumbers.ReadSome(text.Ahead, room[..(int)Math.Min(room.Length, most - index)], out var bytes);
            if (read == 0)
                break;
            into.Numbers(index, room[..read]);
            text.Pass(bytes);
            index += read;
        }
        // The reader would take a bracket for the end of an array that it saw nothing of.
        return index > first && text.Ahead.TrimStart(" \t\r\n"u8) is [(byte)']', ..] ? -1 : index;
    }

    private void Shape(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartArray)
            return;
        var (rows, each, at) = (1L, 1L, 0);
        for (; reader.Read() && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var size) && size is >= 0 and <= int.MaxValue; at++)
        {
            if (at == 0)
                rows = size;
            else
                each = Math.Min(int.MaxValue, each * size);
        }
        (Rows, width) = reader.TokenType == JsonTokenType.EndArray && rows <= ReadTensors.MostRows ? ((int)rows, (int)each) : (-1, 0);
    }

    private void Parameters(ref Utf8JsonReader reader)
    {
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isSize = reader.ValueTextEquals("binary_data_size"u8);
            reader.Read();
            if (isSize && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var size) && size >= 0)
                BinarySize = size;
            else
                reader.Skip();
        }
    }

    public static Datatype DatatypeOf(ReadOnlySpan<byte> utf8)
    {
        for (var i = 1; i < Datatypes.Length; i++)
            if (utf8.SequenceEqual(Datatypes[i]))
                return (Datatype)i;
        return Datatype.Unknown;
    }
}
