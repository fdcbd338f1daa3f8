using System.Text.Json;
using Google.Protobuf;
using ModelHub.Inference;
using ModelHub.Inference.Grpc.Messages;

namespace ModelHub.Router.Comparing;

/// <summary>Reads what a node answered over gRPC, as <see cref="ReadAnswer"/> does over REST.</summary>
internal static class ReadGrpcAnswer
{
    /// <returns>the outputs by name, or null for what is no such answer or has more than can be looked at</returns>
    public static IReadOnlyDictionary<string, ReadOutput>? Of(ReadOnlyMemory<byte> message)
    {
        try
        {
            var answer = ModelInferResponse.Parser.ParseFrom(message.Span);
            return answer.Outputs.Count > ReadAnswer.MostOutputs || answer.Outputs.DistinctBy(o => o.Name).Count() != answer.Outputs.Count
                ? null
                : answer.Outputs.Select((output, i) => Output(output, i < answer.RawOutputContents.Count ? answer.RawOutputContents[i] : null)).ToDictionary(o => o.Name, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or JsonException)
        {
            // Whatever it is, it is nothing to look at.
            return null;
        }
    }

    private static ReadOutput Output(ModelInferResponse.Types.InferOutputTensor output, ByteString? raw)
    {
        var values = new OutputValues(Datatypes.Of(output.Datatype));
        if (raw is not null)
            values.AddBinary(raw.Span);
        else if (output.Contents is { } contents)
            Add(values, contents);
        return values.Of(output.Name, output.Shape.FirstOrDefault(1), Labels(output));
    }

    /// <summary>Only the field of its type holds any; what stands in another one does not belong there.</summary>
    private static void Add(OutputValues values, InferTensorContents contents)
    {
        foreach (var number in contents.Fp32Contents)
            values.Add(number);
        foreach (var number in contents.Fp64Contents)
            values.Add(number);
        foreach (var whole in contents.IntContents)
            values.AddWhole(whole);
        foreach (var whole in contents.Int64Contents)
            values.AddWhole(whole);
        foreach (var whole in contents.UintContents)
            values.AddWhole(whole);
        foreach (var whole in contents.Uint64Contents)
            values.AddWhole(whole);
        foreach (var truth in contents.BoolContents)
            values.AddWhole(truth ? 1 : 0);
        foreach (var text in contents.BytesContents)
            values.Add(text.ToStringUtf8());
    }

    /// <summary>A list has no place in the message's parameters: nodes write it as JSON.</summary>
    private static string[]? Labels(ModelInferResponse.Types.InferOutputTensor output) =>
        output.Parameters.TryGetValue("labels", out var labels) && labels.ParameterChoiceCase == InferParameter.ParameterChoiceOneofCase.StringParam
            ? JsonSerializer.Deserialize<JsonElement[]>(labels.StringParam)?.Select(name => name.ToString()).ToArray()
            : null;
}
