using System.Text;
using System.Text.Json;
using ModelHub.EndToEnd.Support;

namespace ModelHub.EndToEnd.Inference;

/// <summary>One stored data set of a case: what goes in, what must come out.</summary>
internal sealed record DataSet(TensorValue[] Inputs, TensorValue[] Outputs);

/// <summary>A backend test of ONNX as FORMAT.md of the shared data describes it.</summary>
/// <param name="Refused">ONNX Runtime itself does not load or run it</param>
/// <param name="Carried">V2 has a form for all its values</param>
internal sealed record ConformanceCase(string Name, byte[] Model, bool Refused, bool Carried, DataSet[] Sets)
{
    private static readonly Dictionary<string, string> Datatypes = new()
    {
        ["bool"] = "BOOL",
        ["string"] = "BYTES",
        ["float16"] = "FP16",
        ["bfloat16"] = "BF16",
        ["float32"] = "FP32",
        ["float64"] = "FP64",
        ["int8"] = "INT8",
        ["int16"] = "INT16",
        ["int32"] = "INT32",
        ["int64"] = "INT64",
        ["uint8"] = "UINT8",
        ["uint16"] = "UINT16",
        ["uint32"] = "UINT32",
        ["uint64"] = "UINT64",
    };

    public static IEnumerable<ConformanceCase> All() =>
        SharedData.Json("conformance", "index.json").GetProperty("list").EnumerateArray()
            .Select(c => Read(c.GetProperty("name").GetString()!, c.GetProperty("expect").GetString()!));

    private static ConformanceCase Read(string name, string expect)
    {
        var file = SharedData.At("conformance", "cases", name, "data.bin");
        var data = File.Exists(file) ? File.ReadAllBytes(file) : [];
        var sets = SharedData.Json("conformance", "cases", name, "case.json").GetProperty("sets").EnumerateArray()
            .Select(set => new DataSet(Values(set.GetProperty("inputs"), data), Values(set.GetProperty(expect == "differs" ? "ort_outputs" : "outputs"), data))).ToArray();
        return new(name, File.ReadAllBytes(SharedData.At("conformance", "cases", name, "model.onnx")), expect == "refuse",
            sets.All(s => s.Inputs.Concat(s.Outputs).All(v => v.Datatype is not null)), sets);
    }

    private static TensorValue[] Values(JsonElement values, byte[] data) => [.. values.EnumerateArray().Select(v => Value(v, data))];

    private static TensorValue Value(JsonElement value, byte[] data)
    {
        var name = value.GetProperty("name").GetString()!;
        if (value.GetProperty("kind").GetString() != "tensor" || !Datatypes.TryGetValue(value.GetProperty("dtype").GetString()!, out var datatype))
            return new(name, null, [], []);
        long[] shape = [.. value.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];
        if (datatype == "BYTES")
            return new(name, datatype, shape, value.TryGetProperty("data_base64", out var coded)
                ? [.. coded.EnumerateArray().Select(s => s.GetBytesFromBase64())]
                : [.. value.GetProperty("data").EnumerateArray().Select(s => Encoding.UTF8.GetBytes(s.GetString()!))]);
        return TensorValue.FromRaw(name, datatype, shape, data.AsSpan(value.GetProperty("offset").GetInt32(), value.GetProperty("nbytes").GetInt32()));
    }
}
