using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Collections;
using ModelHub.Inference;
using ModelHub.Inference.Grpc.Messages;

namespace ModelHub.Router.Comparing;

/// <summary>Reads the tensors of a call over gRPC, as <see cref="ReadTensors"/> does over REST.</summary>
internal static class ReadGrpcTensors
{
    /// <param name="message">a ModelInferRequest</param>
    /// <exception cref="InvalidProtocolBufferException">no such message</exception>
    /// <exception cref="InvalidDataException">elements of another type than is said</exception>
    public static List<ReadOutput> Inputs(ReadOnlySpan<byte> message)
    {
        var asked = ModelInferRequest.Parser.ParseFrom(message);
        return [.. asked.Inputs.Select((input, i) => Tensor(input.Name, input.Datatype, input.Shape, input.Contents, Raw(asked.RawInputContents, i), null))];
    }

    /// <param name="message">a ModelInferResponse</param>
    /// <inheritdoc cref="Inputs"/>
    /// <exception cref="JsonException">labels that are no list</exception>
    public static List<ReadOutput> Outputs(ReadOnlySpan<byte> message)
    {
        var said = ModelInferResponse.Parser.ParseFrom(message);
        return [.. said.Outputs.Select((output, i) => Tensor(output.Name, output.Datatype, output.Shape, output.Contents, Raw(said.RawOutputContents, i), Labels(output.Parameters)))];
    }

    private static ByteString? Raw(RepeatedField<ByteString> all, int i) => i < all.Count ? all[i] : null;

    private static ReadOutput Tensor(string name, string datatype, RepeatedField<long> shape, InferTensorContents? contents, ByteString? raw, string[]? labels)
    {
        var values = new OutputValues(Datatypes.Of(datatype));
        if (raw is not null)
            values.AddBinary(raw.Span);
        else if (contents is not null)
            Add(values, contents);
        return values.Of(name, shape.FirstOrDefault(1), labels);
    }

    /// <summary>Only the field of its type holds any; what stands in another one does not belong there.</summary>
    private static void Add(OutputValues values, InferTensorContents contents)
    {
        foreach (var number in contents.Fp32Contents.Select(n => (double)n).Concat(contents.Fp64Contents))
            values.Add(number);
        IEnumerable<Int128> wholes =
        [
            .. contents.IntContents, .. contents.Int64Contents, .. contents.UintContents, .. contents.Uint64Contents, .. contents.BoolContents.Select(truth => truth ? 1 : 0),
        ];
        foreach (var whole in wholes)
            values.AddWhole(whole);
        foreach (var text in contents.BytesContents)
            values.Add(text.ToStringUtf8());
    }

    /// <summary>A list has no place in the message's parameters: nodes write it as JSON.</summary>
    private static string[]? Labels(MapField<string, InferParameter> parameters) =>
        parameters.TryGetValue("labels", out var labels) && labels.ParameterChoiceCase == InferParameter.ParameterChoiceOneofCase.StringParam
            ? JsonSerializer.Deserialize<JsonElement[]>(labels.StringParam)?.Select(name => name.ToString()).ToArray()
            : null;
}
