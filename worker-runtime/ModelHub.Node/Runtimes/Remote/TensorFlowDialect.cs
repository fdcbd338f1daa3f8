using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Inference.Remote;
using ModelHub.Node.Artifacts;

namespace ModelHub.Node.Runtimes.Remote;

/// <summary>
/// REST of TensorFlow Serving in its columnar form: {"inputs": {name: nested}} in, {"outputs": {name: nested}} out, where one
/// output alone comes without its name. It says nothing of datatypes that JSON could carry: the declared ones hold.
/// </summary>
internal sealed class TensorFlowDialect(string model, string? version) : Dialect
{
    private readonly string path = $"v1/models/{Uri.EscapeDataString(model)}{(version is null ? "" : $"/versions/{Uri.EscapeDataString(version)}")}";

    public override string InferPath => $"{path}:predict";

    public override async Task<PlacementProblem?> CheckAsync(HttpClient server, ModelSpec spec, CancellationToken ct)
    {
        using var status = await Documents.GetAsync(server, path, ct);
        var available = status is not null && status.RootElement.TryGetProperty("model_version_status", out var versions) && versions.ValueKind == JsonValueKind.Array
            && versions.EnumerateArray().Any(v => v.TryGetProperty("state", out var state) && state.ValueKind == JsonValueKind.String && state.GetString() == "AVAILABLE");
        return available ? null : new PlacementProblem("not-there", $"The server has no available model '{model}'{(version is null ? "" : $" version {version}")}.");
    }

    public override int? Write(ModelSpec spec, InferRequest request, PooledBuffer to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteStartObject("inputs"u8);
        for (var i = 0; i < spec.Inputs.Length; i++)
        {
            json.WritePropertyName(spec.Inputs[i].Name);
            NestedJson.Write(json, request.Inputs[i]);
        }
        json.WriteEndObject();
        json.WriteEndObject();
        return null;
    }

    public override void Read(ReadOnlyMemory<byte> body, int? jsonBytes, ModelSpec spec, InferRequest request, IReadOnlyList<ReceivedTensor> into)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("outputs", out var outputs))
            throw new InvalidDataException("no 'outputs'");
        for (var i = 0; i < request.Outputs.Count; i++)
        {
            var wanted = spec.Outputs[request.Outputs[i]];
            var alone = outputs.ValueKind == JsonValueKind.Array && spec.Outputs.Length == 1;
            if (!alone && (outputs.ValueKind != JsonValueKind.Object || !outputs.TryGetProperty(wanted.Name, out _)))
                throw new InvalidDataException($"no output '{wanted.Name}'");
            NestedJson.Read(alone ? outputs : outputs.GetProperty(wanted.Name), wanted.Datatype, into[i]);
        }
    }
}
