using System.Text.Json;
using ModelHub.Domain.Batches;
using ModelHub.Domain.Models;
using ModelHub.Onnx.Validation;
using ModelHub.Worker.Artifacts;
using ModelHub.Worker.Batches;
using ModelHub.Worker.Bundles;
using ModelHub.Worker.Training.Tabular;

namespace ModelHub.Worker.Training.Evaluating;

/// <summary>The V2 answer of a model to rows of a table, or why there is none.</summary>
internal sealed record AskedRows(JsonDocument? Document, string? Reason) : IDisposable
{
    public JsonElement Answer => Document!.RootElement.GetProperty("answer");

    public void Dispose() => Document?.Dispose();
}

/// <summary>Asks an ONNX model rows of a table in a child process, as validation does: nobody knows what a model does to its process.</summary>
internal sealed class AskRows(ModelChild child)
{
    private static readonly ValidationLimits Bounds = ValidationLimits.Default with { RunTime = TimeSpan.FromSeconds(60) };

    public async Task<AskedRows> RunAsync(string model, Signature signature, Table table, IReadOnlyList<int> rows, ScratchFolder scratch, CancellationToken ct)
    {
        var request = scratch.File("rows.json");
        if (Write(request, signature, table, rows) is { } unfit) return new(null, unfit);
        string[] arguments = [AnswerVerb.Name, Path.GetFullPath(model), request, .. VerbArguments.Of(Bounds)];
        return Read(await child.RunAsync(arguments, Bounds.MemoryBytes, Bounds.Whole(1), ct));
    }

    /// <returns>Why the rows cannot be asked of it, or null.</returns>
    private static string? Write(string path, Signature signature, Table table, IReadOnlyList<int> rows)
    {
        if (BatchFields.Unfillable(signature) is { } unfillable) return $"rows cannot fill its input '{unfillable}'";
        var fields = new Queue<BatchField>(BatchFields.Of(signature));
        if (fields.FirstOrDefault(field => table.Columns.All(c => c.Name != field.Name)) is { } absent) return $"the data has no column \"{absent.Name}\", which it takes";
        using var file = File.Create(path);
        using var json = new Utf8JsonWriter(file);
        json.WriteStartObject();
        json.WriteStartArray("inputs");
        foreach (var input in signature.Inputs)
        {
            var width = input.Shape.Skip(1).Aggregate(1L, (a, b) => a * b);
            List<BatchField> own = [fields.Dequeue()];
            while (own.Sum(f => f.Width) < width) own.Add(fields.Dequeue());
            if (own.Find(f => f.Width > 1) is { } unnamed) return $"the columns of its input '{unnamed.Name}' have no names";
            if (Write(json, input, own, table, rows) is { } wrong) return wrong;
        }
        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    private static string? Write(Utf8JsonWriter json, TensorSpec input, IReadOnlyList<BatchField> fields, Table table, IReadOnlyList<int> rows)
    {
        json.WriteStartObject();
        json.WriteString("name", input.Name);
        json.WriteString("datatype", input.Datatype);
        json.WriteStartArray("shape");
        json.WriteNumberValue(rows.Count);
        foreach (var size in input.Shape.Skip(1)) json.WriteNumberValue(size);
        json.WriteEndArray();
        json.WriteStartArray("data");
        var columns = fields.Select(f => table[f.Name]).ToArray();
        foreach (var row in rows)
            for (var i = 0; i < columns.Length; i++)
                if (FieldValue.Write(json, fields[i], columns[i].Text(row)) is { } wrong) return $"row {row + 1}: {wrong}";
        json.WriteEndArray();
        json.WriteEndObject();
        return null;
    }

    private static AskedRows Read(ChildEnd end)
    {
        if (end.Killed is not null) return new(null, end.Reason);
        JsonDocument told;
        try
        {
            told = JsonDocument.Parse(end.Output);
        }
        catch (JsonException)
        {
            return new(null, end.Reason);
        }
        if (told.RootElement.ValueKind == JsonValueKind.Object && told.RootElement.TryGetProperty("answer", out _)) return new(told, null);
        using (told)
            return new(null, told.RootElement.ValueKind == JsonValueKind.Object && told.RootElement.TryGetProperty("reason", out var reason) ? reason.GetString() : end.Reason);
    }
}
