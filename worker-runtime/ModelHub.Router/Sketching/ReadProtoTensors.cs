using ModelHub.Inference;
using ModelHub.Inference.Grpc;
using ProtoWire = ModelHub.Inference.Grpc.Wire;

namespace ModelHub.Router.Sketching;

/// <summary>Reads the tensors of a ModelInferRequest or ModelInferResponse, raw ones and contents, without a document and without allocating.</summary>
internal static class ReadProtoTensors
{
    public const int RawInputs = 7;
    public const int RawOutputs = 6;
    private const int Tensors = 5;

    private ref struct Head
    {
        public ReadOnlySpan<byte> Name, Contents;
        public Datatype Datatype;
        public long Rows, Width;
        public int Dimensions;
    }

    /// <param name="rawField">where elements lie that are not among a tensor's contents, in the order of the tensors</param>
    /// <returns>false when it is nothing that can be read; then what was told is to be forgotten</returns>
    public static bool Run(ReadOnlySpan<byte> message, int rawField, IElements into)
    {
        var reader = new ProtoReader(message);
        var raws = new ProtoReader(message);
        var found = false;
        var isRaw = Raw(ref raws, rawField, out var raw);
        while (reader.Next())
        {
            if (reader.Field != Tensors)
            {
                reader.Skip();
                continue;
            }
            found = true;
            if (!TryHead(reader.Bytes(), out var head) || !Elements(head, isRaw ? raw : [], into))
                return false;
            if (isRaw)
                Raw(ref raws, rawField, out raw);
        }
        return found && !reader.Broken && !raws.Broken;
    }

    private static bool Raw(ref ProtoReader reader, int field, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        while (reader.Next())
        {
            if (reader.Field == field)
            {
                raw = reader.Bytes();
                return true;
            }
            reader.Skip();
        }
        return false;
    }

    private static bool TryHead(ReadOnlySpan<byte> message, out Head head)
    {
        head = new Head { Rows = 1, Width = 1 };
        var reader = new ProtoReader(message);
        while (reader.Next())
            switch (reader.Field)
            {
                case 1:
                    head.Name = reader.Bytes();
                    break;
                case 2:
                    head.Datatype = TensorHead.DatatypeOf(reader.Bytes());
                    break;
                case 3 when reader.Wire == ProtoWire.Varint:
                    Size(ref head, reader.Varint());
                    break;
                case 3:
                    if (!Sizes(reader.Bytes(), ref head))
                        return false;
                    break;
                case 5:
                    head.Contents = reader.Bytes();
                    break;
                default:
                    reader.Skip();
                    break;
            }
        return !reader.Broken && head.Datatype != Datatype.Unknown && head.Rows is >= 0 and <= ReadTensors.MostRows && head.Width <= int.MaxValue;
    }

    private static bool Sizes(ReadOnlySpan<byte> packed, ref Head head)
    {
        var reader = new ProtoReader(packed);
        while (reader.Left > 0)
            Size(ref head, reader.Varint());
        return !reader.Broken;
    }

    // What is too large to be one ends above what is asked of it.
    private static void Size(ref Head head, ulong size)
    {
        if (head.Dimensions++ == 0)
            head.Rows = (long)Math.Min(size, int.MaxValue);
        else
            head.Width = (long)Math.Min((ulong)head.Width * Math.Min(size, int.MaxValue), 1L + int.MaxValue);
    }

    private static bool Elements(in Head head, ReadOnlySpan<byte> raw, IElements into)
    {
        if (!into.Begin(head.Name, (int)head.Rows, (int)head.Width))
            return true;
        var most = head.Rows * head.Width;
        if (raw.Length > 0)
            return (head.Datatype == Datatype.Bytes ? raw.Length >= most * 4 : raw.Length == most * head.Datatype.Size()) && BinaryElements.Read(raw, head.Datatype, into);
        var counts = new Counted(into, most);
        return counts.Contents(head.Contents, head.Datatype) && counts.Index == most;
    }

    /// <summary>The elements of one tensor, packed or one by one.</summary>
    private struct Counted(IElements into, long most)
    {
        public int Index { get; private set; }

        public bool Contents(ReadOnlySpan<byte> contents, Datatype datatype)
        {
            var (field, wire) = ContentsFields.Of(datatype);
            var reader = new ProtoReader(contents);
            while (reader.Next())
            {
                if (reader.Field != field)
                    return false;
                var read = reader.Wire == ProtoWire.Bytes
                    ? wire == ProtoWire.Bytes ? Text(reader.Bytes()) : Packed(reader.Bytes(), wire, datatype)
                    : reader.Wire == wire && One(ref reader, wire, datatype);
                if (!read)
                    return false;
            }
            return !reader.Broken;
        }

        private bool Packed(ReadOnlySpan<byte> packed, ProtoWire wire, Datatype datatype)
        {
            var reader = new ProtoReader(packed);
            while (reader.Left > 0)
                if (!One(ref reader, wire, datatype) || reader.Broken)
                    return false;
            return !reader.Broken;
        }

        private bool One(ref ProtoReader reader, ProtoWire wire, Datatype datatype)
        {
            if (Index >= most)
                return false;
            switch (wire)
            {
                case ProtoWire.Fixed32:
                    into.Number(Index++, BitConverter.UInt32BitsToSingle(reader.Fixed32()));
                    return true;
                case ProtoWire.Fixed64:
                    into.Number(Index++, BitConverter.UInt64BitsToDouble(reader.Fixed64()));
                    return true;
                default:
                    Whole(reader.Varint(), datatype);
                    return true;
            }
        }

        private void Whole(ulong value, Datatype datatype)
        {
            if (datatype == Datatype.Bool)
                into.Text(Index++, value == 0 ? "false"u8 : "true"u8);
            else
                into.Number(Index++, datatype is Datatype.UInt8 or Datatype.UInt16 or Datatype.UInt32 or Datatype.UInt64 ? value : (long)value);
        }

        private bool Text(ReadOnlySpan<byte> text)
        {
            if (Index >= most)
                return false;
            into.Text(Index++, text);
            return true;
        }
    }
}
