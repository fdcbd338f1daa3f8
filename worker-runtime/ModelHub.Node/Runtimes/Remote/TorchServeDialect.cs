using System.Text.Json;
using ModelHub.Inference;
using ModelHub.Inference.Remote;
using ModelHub.Node.Artifacts;

namespace ModelHub.Node.Runtimes.Remote;

/// <summary>
/// TorchServe with its JSON envelope: {"instances": [row, …]} in, {"predictions": [row, …]} out. A model of several inputs or outputs
/// has objects for rows. It tells no signature: the declared one holds.
/// </summary>
internal sealed class TorchServeDialect(string model, string? version) : Dialect
{
    public override string InferPath { get; } = $"predictions/{Uri.EscapeDataString(model)}{(version is null ? "" : $"/{Uri.EscapeDataString(version)}")}";

    public override async Task<PlacementProblem?> CheckAsync(HttpClient server, ModelSpec spec, CancellationToken ct)
    {
        using var ping = await Documents.GetAsync(server, "ping", ct);
        return ping is not null && ping.RootElement.TryGetProperty("status", out var status) && status.ValueKind == JsonValueKind.String && status.GetString() == "Healthy"
            ? null : new PlacementProblem("not-there", "The server does not say that it is healthy.");
    }

    public override int? Write(ModelSpec spec, InferRequest request, PooledBuffer to)
    {
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteStartArray("instances"u8);
        for (var row = 0; row < Rows(spec, request); row++)
            Instance(json, spec, request, row);
        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    public override void Read(ReadOnlyMemory<byte> body, int? jsonBytes, ModelSpec spec, InferRequest request, IReadOnlyList<ReceivedTensor> into)
    {
        using var document = JsonDocument.Parse(body);
        if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("predictions", out var rows) || rows.ValueKind != JsonValueKind.Array)
            throw new InvalidDataException("no 'predictions'");
        if (spec.Outputs.Length == 1)
        {
            NestedJson.Read(rows, spec.Outputs[0].Datatype, into[0]);
            return;
        }
        for (var i = 0; i < request.Outputs.Count; i++)
            Column(rows, spec.Outputs[request.Outputs[i]], into[i]);
    }

    private static void Instance(Utf8JsonWriter json, ModelSpec spec, InferRequest request, int row)
    {
        if (spec.Inputs.Length == 1)
        {
            NestedJson.WriteRow(json, request.Inputs[0], row);
            return;
        }
        json.WriteStartObject();
        for (var i = 0; i < spec.Inputs.Length; i++)
        {
            json.WritePropertyName(spec.Inputs[i].Name);
            NestedJson.WriteRow(json, request.Inputs[i], row);
        }
        json.WriteEndObject();
    }

    private static long Rows(ModelSpec spec, InferRequest request)
    {
        var rows = request.Inputs[0].Shape is [var first, ..] ? first : throw new InvalidDataException("an input without rows");
        for (var i = 1; i < spec.Inputs.Length; i++)
            if (request.Inputs[i].Shape is not [var others, ..] || others != rows)
                throw new InvalidDataException("inputs of different numbers of rows");
        return rows;
    }

    private static void Column(JsonElement rows, TensorSpec spec, ReceivedTensor into)
    {
        using var buffer = new PooledBuffer();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartArray();
            foreach (var row in rows.EnumerateArray())
                if (row.ValueKind == JsonValueKind.Object && row.TryGetProperty(spec.Name, out var value))
                    value.WriteTo(json);
                else
                    throw new InvalidDataException($"a row without '{spec.Name}'");
            json.WriteEndArray();
        }
        using var column = JsonDocument.Parse(buffer.Written);
        NestedJson.Read(column.RootElement, spec.Datatype, into);
    }
}
