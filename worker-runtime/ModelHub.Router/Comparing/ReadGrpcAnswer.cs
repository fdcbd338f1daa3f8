using System.Text.Json;
using Google.Protobuf;

namespace ModelHub.Router.Comparing;

/// <summary>Reads what a node answered over gRPC, as <see cref="ReadAnswer"/> does over REST.</summary>
internal static class ReadGrpcAnswer
{
    /// <returns>the outputs by name, or null for what is no such answer or has more than can be looked at</returns>
    public static IReadOnlyDictionary<string, ReadOutput>? Of(ReadOnlyMemory<byte> message)
    {
        try
        {
            var outputs = ReadGrpcTensors.Outputs(message.Span);
            return outputs.Count > ReadAnswer.MostOutputs || outputs.DistinctBy(o => o.Name).Count() != outputs.Count ? null : outputs.ToDictionary(o => o.Name, StringComparer.Ordinal);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidDataException or JsonException)
        {
            // Whatever it is, it is nothing to look at.
            return null;
        }
    }
}
