using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Inference.Remote;
using ModelHub.Inference.V2;
using ModelHub.Node.Artifacts;
using ModelHub.Protocol;

namespace ModelHub.Node.Runtimes.Remote;

/// <summary>The Open Inference Protocol V2 over REST; binary tensors when the server says that it has them.</summary>
internal sealed class V2Dialect(string model, string? version) : Dialect
{
    private readonly string path = $"v2/models/{Uri.EscapeDataString(model)}{(version is null ? "" : $"/versions/{Uri.EscapeDataString(version)}")}";
    private bool binary;

    public override string InferPath => $"{path}/infer";

    public override async Task<PlacementProblem?> CheckAsync(HttpClient server, ModelSpec spec, CancellationToken ct)
    {
        using var about = await Documents.GetAsync(server, "v2", ct);
        binary = about is not null && about.RootElement.TryGetProperty("extensions", out var extensions) && extensions.ValueKind == JsonValueKind.Array
            && extensions.EnumerateArray().Any(e => e.ValueKind == JsonValueKind.String && e.GetString() is "binary_tensor_data" or "binary_data");
        using var metadata = await Documents.GetAsync(server, path, ct);
        if (metadata is null)
            return new PlacementProblem("not-there", $"The server has no model '{model}'{(version is null ? "" : $" version {version}")}.");
        return DeclaredSpec.Contradiction(spec, new ModelSignature(Ports(metadata, "inputs"), Ports(metadata, "outputs")));
    }

    public override int? Write(ModelSpec spec, InferRequest request, PooledBuffer to) => RequestWriter.Write(spec, request, binary, to);

    public override void Read(ReadOnlyMemory<byte> body, int? jsonBytes, ModelSpec spec, InferRequest request, IReadOnlyList<ReceivedTensor> into) =>
        AnswerReader.Read(body, jsonBytes, spec, request, into);

    private static SignaturePort[] Ports(JsonDocument metadata, string name)
    {
        try
        {
            return metadata.RootElement.GetProperty(name).Deserialize<SignaturePort[]>(JsonSerializerOptions.Web) ?? [];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new InvalidDataException($"metadata without '{name}'", e);
        }
    }
}
