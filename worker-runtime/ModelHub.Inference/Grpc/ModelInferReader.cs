namespace ModelHub.Inference.Grpc;

/// <summary>
/// Reads a ModelInferRequest straight from the wire into tensors, checking it against the model. Fields may come in
/// any order, as protobuf allows. The answer is wanted in the form of the request: raw, or as contents.
/// </summary>
public static class ModelInferReader
{
    private const int IdField = 3;
    private const int ParametersField = 4;
    private const int InputsField = 5;
    private const int OutputsField = 6;
    private const int RawField = 7;

    private static readonly RequestFault Broken = new("The message is not a valid protobuf ModelInferRequest.");

    /// <param name="into">filled; of no use when a fault is returned</param>
    /// <returns>what is wrong with the request, or null</returns>
    public static RequestFault? Read(ReadOnlySpan<byte> message, ModelSpec model, InferenceLimits limits, InferRequest into)
    {
        into.Prepare(model);
        var raws = new ProtoReader(message);
        var more = NextRaw(ref raws, out var raw);
        into.BinaryByDefault = more;
        var fault = default(RequestFault);
        var reader = new ProtoReader(message);
        while (fault is null && reader.Next())
            switch (reader.Field)
            {
                case IdField:
                    fault = RequestParameters.Id(reader.Bytes(), into);
                    break;
                case ParametersField:
                    fault = RequestParameters.Request(reader.Bytes(), into);
                    break;
                case InputsField when !into.BinaryByDefault:
                    fault = InputTensorReader.Read(reader.Bytes(), model, limits, into);
                    break;
                case InputsField when more:
                    fault = InputTensorReader.Read(reader.Bytes(), raw, model, limits, into);
                    more = NextRaw(ref raws, out raw);
                    break;
                case InputsField:
                    fault = new RequestFault("'raw_input_contents' has fewer items than there are inputs.");
                    break;
                case OutputsField:
                    fault = RequestParameters.Output(reader.Bytes(), model, into);
                    break;
                default:
                    reader.Skip();
                    break;
            }
        return fault
            ?? (reader.Broken || raws.Broken ? Broken : null)
            ?? (more ? new RequestFault("'raw_input_contents' has more items than there are inputs.") : null)
            ?? into.Complete(model);
    }

    private static bool NextRaw(ref ProtoReader raws, out ReadOnlySpan<byte> raw)
    {
        raw = default;
        while (raws.Next())
        {
            if (raws.Field == RawField)
            {
                raw = raws.Bytes();
                return !raws.Broken;
            }
            raws.Skip();
        }
        return false;
    }
}
