using System.Text;
using System.Text.Unicode;

namespace ModelHub.Inference.Grpc;

/// <summary>Reads what a ModelInferRequest says besides its inputs: id, parameters, wanted outputs.</summary>
internal static class RequestParameters
{
    private const int Key = 1;
    private const int Value = 2;
    private const int Int64Parameter = 2;
    private const int UInt64Parameter = 5;

    public static RequestFault? Id(ReadOnlySpan<byte> utf8, InferRequest into)
    {
        if (!Utf8.IsValid(utf8))
            return new RequestFault("'id' is not valid UTF-8.");
        // An empty text and none are the same in protobuf.
        return utf8.IsEmpty ? null : into.Identify(Encoding.UTF8.GetString(utf8));
    }

    /// <param name="entry">of the map of parameters of the request</param>
    public static RequestFault? Request(ReadOnlySpan<byte> entry, InferRequest into)
    {
        var parameter = Entry(entry, out var key);
        if (!key.SequenceEqual("timeout"u8))
            return null;
        ulong microseconds = 0;
        var reader = new ProtoReader(parameter);
        while (reader.Next())
            if (reader is { Field: Int64Parameter or UInt64Parameter, Wire: Wire.Varint })
                microseconds = reader.Varint();
            else
                reader.Skip();
        return into.WaitFor(reader.Broken ? 0 : (long)microseconds);
    }

    /// <param name="message">an InferRequestedOutputTensor</param>
    public static RequestFault? Output(ReadOnlySpan<byte> message, ModelSpec model, InferRequest into)
    {
        const int nameField = 1, parametersField = 2;
        var name = default(ReadOnlySpan<byte>);
        var reader = new ProtoReader(message);
        while (reader.Next())
            if (reader.Field == nameField)
            {
                name = reader.Bytes();
            }
            else if (reader.Field == parametersField)
            {
                Entry(reader.Bytes(), out var key);
                if (key.SequenceEqual("classification"u8))
                    return new RequestFault("The parameter 'classification' is not supported.");
            }
            else
            {
                reader.Skip();
            }
        return reader.Broken ? new RequestFault("An output is not a valid protobuf message.") : into.Want(model, name, into.BinaryByDefault);
    }

    private static ReadOnlySpan<byte> Entry(ReadOnlySpan<byte> entry, out ReadOnlySpan<byte> key)
    {
        key = default;
        var value = default(ReadOnlySpan<byte>);
        var reader = new ProtoReader(entry);
        while (reader.Next())
            if (reader.Field == Key)
                key = reader.Bytes();
            else if (reader.Field == Value)
                value = reader.Bytes();
            else
                reader.Skip();
        return value;
    }
}
