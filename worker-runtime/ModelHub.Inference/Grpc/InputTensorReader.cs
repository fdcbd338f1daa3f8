using System.Text;
using ModelHub.Inference.V2;

namespace ModelHub.Inference.Grpc;

/// <summary>Reads an InferInputTensor: its head here, its elements raw or from its contents.</summary>
internal static class InputTensorReader
{
    private const int NameField = 1;
    private const int DatatypeField = 2;
    private const int ShapeField = 3;
    private const int ContentsField = 5;

    private ref struct Head
    {
        public int Input;
        public ReadOnlySpan<byte> Datatype;
        public ReadOnlySpan<byte> Contents;
        public bool HasContents;
        public int Rank;
    }

    public static RequestFault? Read(ReadOnlySpan<byte> message, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        Span<long> shape = stackalloc long[InputCheck.MostDimensions];
        if (ReadHead(message, model, shape, out var head) is { } fault)
            return fault;
        var (spec, tensor) = (model.Inputs[head.Input], into.Input(head.Input));
        // No element takes less than a byte.
        return InputCheck.Prepare(spec, Datatype(head, spec), shape[..head.Rank], limits, head.Contents.Length, tensor)
            ?? ContentsReader.Fill(head.Contents, spec, tensor);
    }

    /// <param name="raw">the elements: little-endian, row-major; of strings, four bytes of length before each</param>
    public static RequestFault? Read(ReadOnlySpan<byte> message, ReadOnlySpan<byte> raw, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        Span<long> shape = stackalloc long[InputCheck.MostDimensions];
        if (ReadHead(message, model, shape, out var head) is { } fault)
            return fault;
        var (spec, tensor) = (model.Inputs[head.Input], into.Input(head.Input));
        if (head.HasContents)
            return new RequestFault($"The input '{spec.Name}' has 'contents' although 'raw_input_contents' are given.");
        return InputCheck.Prepare(spec, Datatype(head, spec), shape[..head.Rank], limits, raw.Length, tensor)
            ?? BinaryData.Fill(raw, spec, tensor);
    }

    private static RequestFault? ReadHead(ReadOnlySpan<byte> message, ModelSpec model, scoped Span<long> shape, out Head head)
    {
        head = new Head { Input = -1 };
        var name = default(ReadOnlySpan<byte>);
        var reader = new ProtoReader(message);
        while (reader.Next())
            switch (reader.Field)
            {
                case NameField:
                    name = reader.Bytes();
                    break;
                case DatatypeField:
                    head.Datatype = reader.Bytes();
                    break;
                case ShapeField when !Sizes(ref reader, shape, ref head.Rank):
                    return new RequestFault($"The 'shape' of an input has more than {InputCheck.MostDimensions} dimensions.");
                case ShapeField:
                    break;
                case ContentsField when head.HasContents:
                    return new RequestFault("An input gives its 'contents' twice.");
                case ContentsField:
                    head.Contents = reader.Bytes();
                    head.HasContents = true;
                    break;
                default:
                    reader.Skip();
                    break;
            }
        if (reader.Broken)
            return new RequestFault("An input is not a valid protobuf message.");
        if (name.IsEmpty)
            return new RequestFault("An input has no 'name'.");
        for (var i = 0; i < model.Inputs.Length; i++)
            if (name.SequenceEqual(model.Inputs[i].NameUtf8))
                head.Input = i;
        return head.Input >= 0 ? null : InputCheck.Unknown(model, Encoding.UTF8.GetString(name));
    }

    private static bool Sizes(ref ProtoReader reader, scoped Span<long> shape, ref int rank)
    {
        if (reader.Wire == Wire.Varint)
        {
            if (rank == shape.Length)
                return false;
            shape[rank++] = (long)reader.Varint();
            return true;
        }
        var packed = new ProtoReader(reader.Bytes());
        while (packed.Left > 0)
        {
            if (rank == shape.Length)
                return false;
            shape[rank++] = (long)packed.Varint();
        }
        return !packed.Broken;
    }

    // The expected datatype costs no string.
    private static string Datatype(in Head head, TensorSpec spec) =>
        head.Datatype.SequenceEqual(spec.Datatype.NameUtf8()) ? spec.Datatype.Name() : Encoding.UTF8.GetString(head.Datatype);
}
